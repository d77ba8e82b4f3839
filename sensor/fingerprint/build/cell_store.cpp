#include "fingerprint/build/cell_store.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <thread>
#include <utility>

namespace outspan::fingerprint {
namespace {

/// How full the lines of a table are. Fuller ones send more records into the next line, emptier
/// ones cost memory: at 80 % one in twelve values stands in the line behind its own.
constexpr double kFill = 0.8;

}  // namespace

struct CellStore::Chunk {
  static constexpr std::size_t kEntries = 512;
  std::size_t size = 0;
  Packed entries[kEntries];
};

CellStore::CellStore() : partitions_(std::size_t{1} << kPartitionBits) {}
CellStore::~CellStore() = default;
CellStore::CellStore(CellStore&&) noexcept = default;

void CellStore::add(const ValueHash& hash, RowNumber row) {
  auto& chunks = partitions_[hash.high >> (64 - kPartitionBits)].chunks;
  if (chunks.empty() || chunks.back()->size == Chunk::kEntries)
    chunks.push_back(std::make_unique<Chunk>());
  Chunk& chunk = *chunks.back();
  chunk.entries[chunk.size++] = {hash.high, hash.low, row};
  ++size_;
}

void CellStore::sort(Partition& partition) {
  std::size_t size = 0;
  for (const auto& chunk : partition.chunks) size += chunk->size;
  auto& entries = partition.sorted;
  entries.reserve(size);
  for (auto& chunk : partition.chunks) {
    entries.insert(entries.end(), chunk->entries, chunk->entries + chunk->size);
    chunk.reset();
  }
  partition.chunks.clear();
  std::sort(entries.begin(), entries.end(), [](const Packed& a, const Packed& b) {
    return a.hash() != b.hash() ? a.hash() < b.hash() : a.row < b.row;
  });
  for (std::size_t i = 0; i < entries.size(); ++i)
    partition.distinct += i == 0 || entries[i].hash() != entries[i - 1].hash() ? 1u : 0u;
}

void CellStore::sort(unsigned threads) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < partitions_.size(); i = next++) sort(partitions_[i]);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

/// Fills line after line with sorted values.
class CellStore::LineWriter {
 public:
  LineWriter(IndexFile& file, std::uint64_t home) : file_(file), home_(home) {}

  /// Values come in ascending order, each with its rows.
  void add(const ValueHash& hash, std::span<const Packed> entries) {
    // Nothing that follows belongs into a line before this one.
    const std::uint64_t home = CellTable::line_of(hash.high, home_);
    while (written_ < home) write_one();
    if (open_.empty()) open_.emplace_back();
    if (open_.back().count == CellTable::kLineRecords) {
      open_.back().word |= CellTable::kGoesOn;
      open_.emplace_back();
    }
    const std::uint64_t remainder = hash.remainder();
    if (open_.size() > 1) open_.front().word |= CellTable::overflow_bit(remainder);
    Line& line = open_.back();
    std::memcpy(line.bytes + 6 * line.count, &remainder, 6);
    RowNumber row = entries.front().row;
    if (entries.size() > 1) {
      row = static_cast<RowNumber>(lists_.size());
      lists_.push_back(static_cast<RowNumber>(entries.size()));
      for (const Packed& entry : entries) lists_.push_back(entry.row);
      line.word |= 1u << (CellTable::kListAt + line.count);
    }
    std::memcpy(line.bytes + 36 + 4 * line.count, &row, 4);
    ++line.count;
  }
  /// At least the home lines.
  void finish() {
    while (written_ < home_ || !open_.empty()) write_one();
  }
  [[nodiscard]] const std::vector<RowNumber>& lists() const noexcept { return lists_; }

 private:
  struct Line {
    std::uint8_t bytes[CellTable::kLineBytes] = {};
    std::uint32_t count = 0;
    std::uint32_t word = 0;  // but for the count
  };
  void write_one() {
    if (open_.empty()) open_.emplace_back();
    Line& line = open_.front();
    const std::uint32_t word = line.word | line.count;
    std::memcpy(line.bytes + 60, &word, 4);
    file_.write(line.bytes);
    open_.pop_front();
    ++written_;
  }

  IndexFile& file_;
  std::uint64_t home_;
  std::uint64_t written_ = 0;
  std::deque<Line> open_;  // lines that records may still be put into, or behind
  std::vector<RowNumber> lists_;
};

CellStore::Written CellStore::write(IndexFile& file, std::uint32_t column, unsigned threads,
                                    Common common) {
  sort(threads);
  Written written;
  std::uint64_t distinct = 0;
  for (const Partition& partition : partitions_) distinct += partition.distinct;
  written.home_lines = static_cast<std::uint64_t>(static_cast<double>(distinct) /
                                                  (CellTable::kLineRecords * kFill)) +
                       1;
  file.begin_section(SectionKind::cells, column);
  LineWriter lines(file, written.home_lines);
  for (Partition& partition : partitions_) {
    const std::span<const Packed> all(partition.sorted);
    for (std::size_t first = 0; first < all.size();) {
      std::size_t last = first + 1;
      while (last < all.size() && all[last].hash() == all[first].hash()) ++last;
      const auto entries = all.subspan(first, last - first);
      first = last;
      if (common == Common::without_rows) {
        const Packed twice[] = {entries.front(), entries.front()};
        ++written.distinct;
        lines.add(entries.front().hash(), entries.size() > kNamesakesMax ? twice : entries);
        continue;
      }
      if (entries.size() > kRowsPerValueMax) {
        written.common += entries.size();
        for (const Packed& entry : entries)
          if (written.common_rows.size() < RejectCounts::kRowsShown)
            written.common_rows.push_back(std::uint64_t{entry.row} + 1);
        continue;
      }
      ++written.distinct;
      written.cells += entries.size();
      lines.add(entries.front().hash(), entries);
    }
    partition.sorted = {};
  }
  lines.finish();
  file.end_section();
  file.begin_section(SectionKind::lists, column);
  file.write({reinterpret_cast<const std::uint8_t*>(lines.lists().data()),
              lines.lists().size() * sizeof(RowNumber)});
  file.end_section();
  size_ = 0;
  return written;
}

}  // namespace outspan::fingerprint
