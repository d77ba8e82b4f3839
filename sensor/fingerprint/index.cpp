#include "fingerprint/index.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace outspan::fingerprint {
namespace {

std::uint64_t load_le(const std::uint8_t* bytes, std::size_t size) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, size);
  return value;
}

std::uint64_t remainder_of(const std::uint8_t* record) noexcept { return load_le(record, 6); }

}  // namespace

RowNumber RowList::operator[](std::uint32_t i) const noexcept {
  return static_cast<RowNumber>(load_le(first_ + i * CellTable::kRecordBytes + 6, 4));
}

CellTable::CellTable(Bytes records, Bytes directory, Bytes filter) noexcept
    : records_(records.data()),
      directory_(reinterpret_cast<const std::uint32_t*>(directory.data())),
      cells_(records.size() / kRecordBytes),
      // 2^n + 1 entries, n at least 1.
      shift_(64 - static_cast<std::uint32_t>(std::bit_width(directory.size() / 4) - 1)),
      filter_(filter) {}

void CellTable::prefetch_records(const ValueHash& hash) const noexcept {
  const std::uint8_t* first = record(std::min<std::uint64_t>(directory_[hash.high >> shift_], cells_));
  __builtin_prefetch(first);
  __builtin_prefetch(first + 64);
}

RowList CellTable::find(const ValueHash& hash) const noexcept {
  if (cells_ == 0) return {};
  const std::uint64_t bucket = hash.high >> shift_;
  const std::uint64_t end = std::min<std::uint64_t>(directory_[bucket + 1], cells_);
  std::uint64_t at = directory_[bucket];
  const std::uint64_t wanted = hash.remainder();
  while (at < end && remainder_of(record(at)) < wanted) ++at;
  const std::uint64_t first = at;
  while (at < end && remainder_of(record(at)) == wanted) ++at;
  if (at <= first) return {};
  return {record(first), static_cast<std::uint32_t>(at - first)};
}

bool CellTable::consistent(std::uint64_t rows) const noexcept {
  if (cells_ == 0) return true;
  const std::uint64_t buckets = std::uint64_t{1} << (64 - shift_);
  if (directory_[0] != 0 || directory_[buckets] != cells_) return false;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    if (directory_[bucket] > directory_[bucket + 1]) return false;
    for (std::uint64_t i = directory_[bucket]; i < directory_[bucket + 1]; ++i) {
      const RowList one(record(i), 1);
      if (one[0] >= rows) return false;
      if (i > directory_[bucket] && remainder_of(record(i)) < remainder_of(record(i - 1)))
        return false;
    }
  }
  return true;
}

std::uint64_t row_mask(const Key& key, RowNumber row, std::uint32_t word) noexcept {
  std::uint8_t position[8];
  std::memcpy(position, &row, 4);
  std::memcpy(position + 4, &word, 4);
  return siphash(key.of(Key::Use::rows), position);
}

Index::~Index() {
  if (!memory_.empty()) munmap(memory_.data(), memory_.size());
}

Bytes Index::bytes_of(SectionKind kind, std::uint32_t column) const noexcept {
  const Section* section = header_.section(kind, column);
  return section != nullptr ? Bytes(memory_).subspan(section->offset, section->bytes) : Bytes{};
}

/// False: the sections do not fit one another.
bool Index::arrange() {
  for (const Section& section : header_.sections) {
    if (section.offset % kAlignment != 0 || section.offset < kHeaderBytes ||
        section.offset > memory_.size() || section.bytes > memory_.size() - section.offset)
      return false;
  }
  std::size_t texts = 0;
  for (std::uint32_t i = 0; i < header_.columns.size(); ++i) {
    const Column& column = header_.columns[i];
    texts += column.type == ColumnType::text ? 1u : 0u;
    if (!is_seed(column.type)) {
      tables_.emplace_back();
      continue;
    }
    const Bytes records = bytes_of(SectionKind::records, i);
    const Bytes directory = bytes_of(SectionKind::directory, i);
    const Bytes filter = bytes_of(SectionKind::filter, i);
    const std::size_t entries = directory.size() / 4;
    const bool good = records.size() % CellTable::kRecordBytes == 0 && directory.size() % 4 == 0 &&
                      entries >= 3 && std::has_single_bit(entries - 1) && !filter.empty() &&
                      filter.size() % Filter::kBlockBytes == 0;
    if (!good) return false;
    tables_.emplace_back(records, directory, filter);
  }
  rows_ = bytes_of(SectionKind::rows);
  row_bytes_ = row_record_bytes(texts);
  if (rows_.size() != header_.rows * row_bytes_) return false;
  const Bytes phones = bytes_of(SectionKind::phones);
  if (phones.size() != PhonePlan::kBytes) return false;
  phones_ = PhonePlan::from_bytes(phones);
  const Bytes names = bytes_of(SectionKind::names);
  if (names.size() % Filter::kBlockBytes != 0) return false;
  names_ = Filter(names);
  return true;
}

RowRecord Index::row(RowNumber row) const noexcept {
  if (row >= header_.rows) return {};
  const std::uint8_t* bytes = rows_.data() + std::size_t{row} * row_bytes_;
  const std::uint64_t tag = load_le(bytes, 8) ^ row_mask(*key_, row, 0);
  RowRecord record;
  record.name = NameTag::unpack(tag);
  record.canary = (tag & kCanaryBit) != 0;
  record.record_id = load_le(bytes + 8, 8);
  return record;
}

std::uint32_t Index::text_tag(RowNumber row, std::size_t text) const noexcept {
  if (row >= header_.rows || row_record_bytes(text + 1) > row_bytes_) return 0;
  const std::uint8_t* bytes = rows_.data() + std::size_t{row} * row_bytes_;
  const std::uint64_t mask = row_mask(*key_, row, static_cast<std::uint32_t>(1 + text / 2));
  return static_cast<std::uint32_t>(load_le(bytes + row_record_bytes(text), 4) ^
                                    mask >> (text % 2 * 32));
}

std::uint32_t Index::text_tag_of(const Key& key, std::string_view folded) noexcept {
  const auto tag = static_cast<std::uint32_t>(siphash(key.of(Key::Use::text), as_bytes(folded)));
  return tag != 0 ? tag : 1;
}

std::vector<RowNumber> Index::rows_of_records(const std::vector<std::uint64_t>& ids) const {
  std::vector<RowNumber> rows(ids.size(), kRowUnknown);
  if (ids.empty()) return rows;
  // Most rows are none of those: their hash says so without a search.
  std::vector<bool> wanted(std::size_t{1} << 16);
  for (const std::uint64_t id : ids) wanted[id & 0xffff] = true;
  for (std::uint64_t row = 0; row < header_.rows; ++row) {
    const std::uint64_t id = load_le(rows_.data() + row * row_bytes_ + 8, 8);
    if (!wanted[id & 0xffff]) continue;
    const auto found = std::lower_bound(ids.begin(), ids.end(), id);
    if (found != ids.end() && *found == id)
      rows[static_cast<std::size_t>(found - ids.begin())] = static_cast<RowNumber>(row);
  }
  return rows;
}

bool Index::consistent() const noexcept {
  return std::all_of(tables_.begin(), tables_.end(),
                     [this](const CellTable& table) { return table.consistent(header_.rows); });
}

}  // namespace outspan::fingerprint
