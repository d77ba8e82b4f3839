#include "fingerprint/cell_store.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>
#include <utility>

namespace outspan::fingerprint {
namespace {

/// Records a range of the directory has on average, at most. Together with the 48 bits of a
/// remainder it makes a chance hit as rare as 2e-14.
constexpr std::uint64_t kRecordsPerRange = 6;

/// At least `bits`: no range reaches over two partitions.
unsigned directory_bits_for(std::uint64_t cells, unsigned bits) noexcept {
  while (cells >> bits > kRecordsPerRange) ++bits;
  return bits;
}

}  // namespace

/// A CellEntry without padding.
struct CellStore::Packed {
  std::uint64_t high;
  std::uint32_t low;
  RowNumber row;
  [[nodiscard]] ValueHash hash() const noexcept { return {high, low}; }
};

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

/// The entries of a partition in the order of the file.
std::vector<CellStore::Packed> CellStore::take(std::size_t partition, unsigned directory_bits) {
  auto& chunks = partitions_[partition].chunks;
  std::vector<Packed> entries;
  std::size_t size = 0;
  for (const auto& chunk : chunks) size += chunk->size;
  entries.reserve(size);
  for (auto& chunk : chunks) {
    entries.insert(entries.end(), chunk->entries, chunk->entries + chunk->size);
    chunk.reset();
  }
  chunks.clear();
  const unsigned shift = 64 - directory_bits;
  std::sort(entries.begin(), entries.end(), [shift](const Packed& a, const Packed& b) {
    if (a.high >> shift != b.high >> shift) return a.high < b.high;
    const std::uint64_t x = a.hash().remainder(), y = b.hash().remainder();
    return x != y ? x < y : a.row < b.row;
  });
  return entries;
}

/// Makes records, directory and filter of sorted entries.
class CellStore::Encoder {
 public:
  Encoder(IndexFile& file, unsigned directory_bits, std::uint64_t cells)
      : file_(file),
        shift_(64 - directory_bits),
        directory_((std::size_t{1} << directory_bits) + 1),
        blocks_(std::max<std::uint64_t>(1, Filter::blocks_for(cells))),
        filter_(blocks_ * 8) {}

  void add(const std::vector<Packed>& entries) {
    for (std::size_t first = 0; first < entries.size();) {
      std::size_t last = first + 1;
      while (last < entries.size() && same(entries[first], entries[last])) ++last;
      take({entries.data() + first, last - first});
      first = last;
    }
    file_.write(records_);
    records_.clear();
  }

  /// After all: the counts of the ranges become their beginnings.
  void finish(std::uint32_t column) {
    file_.end_section();
    std::uint32_t sum = 0;
    for (std::uint32_t& entry : directory_) sum += std::exchange(entry, sum);
    write_section(SectionKind::directory, column, directory_);
    write_section(SectionKind::filter, column, filter_);
  }
  [[nodiscard]] const Written& written() const noexcept { return written_; }

 private:
  [[nodiscard]] bool same(const Packed& a, const Packed& b) const noexcept {
    return a.high >> shift_ == b.high >> shift_ && a.hash().remainder() == b.hash().remainder();
  }

  void take(std::span<const Packed> entries) {
    if (entries.size() > kRowsPerValueMax) {
      written_.common += entries.size();
      for (const Packed& entry : entries)
        if (written_.common_rows.size() < RejectCounts::kRowsShown)
          written_.common_rows.push_back(std::uint64_t{entry.row} + 1);
      return;
    }
    ++written_.distinct;
    Filter::insert(filter_.data(), blocks_, entries.front().high);
    directory_[entries.front().high >> shift_] += static_cast<std::uint32_t>(entries.size());
    written_.cells += entries.size();
    for (const Packed& entry : entries) {
      const std::uint64_t remainder = entry.hash().remainder();
      std::uint8_t record[CellTable::kRecordBytes];
      std::memcpy(record, &remainder, 6);
      std::memcpy(record + 6, &entry.row, 4);
      records_.insert(records_.end(), record, record + sizeof record);
    }
  }

  void write_section(SectionKind kind, std::uint32_t column,
                     const std::vector<std::uint32_t>& words) {
    file_.begin_section(kind, column);
    file_.write({reinterpret_cast<const std::uint8_t*>(words.data()), words.size() * 4});
    file_.end_section();
  }

  IndexFile& file_;
  unsigned shift_;
  std::vector<std::uint32_t> directory_;
  std::uint64_t blocks_;
  std::vector<std::uint32_t> filter_;
  std::vector<std::uint8_t> records_;
  Written written_;
};

CellStore::Written CellStore::write(IndexFile& file, std::uint32_t column, unsigned threads) {
  const unsigned bits = directory_bits_for(size_, kPartitionBits);
  file.begin_section(SectionKind::records, column);
  Encoder encoder(file, bits, size_);
  // A group of partitions is sorted at a time, on all threads, and written in order.
  const std::size_t group = std::max<std::size_t>(threads, 1) * 4;
  for (std::size_t first = 0; first < partitions_.size(); first += group) {
    const std::size_t count = std::min(group, partitions_.size() - first);
    std::vector<std::vector<Packed>> sorted(count);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < count; i = next++) sorted[i] = take(first + i, bits);
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    for (const auto& entries : sorted) encoder.add(entries);
  }
  encoder.finish(column);
  size_ = 0;
  return encoder.written();
}

}  // namespace outspan::fingerprint
