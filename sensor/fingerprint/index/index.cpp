#include "fingerprint/index/index.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace outspan::fingerprint {
namespace {

std::uint64_t load_le(const std::uint8_t* bytes, std::size_t size) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, size);
  return value;
}

constexpr std::uint64_t kRemainderMask = (std::uint64_t{1} << 48) - 1;
constexpr std::size_t kRowsAt = 36, kWordAt = 60;

std::uint32_t word_of(const std::uint8_t* line) noexcept {
  return static_cast<std::uint32_t>(load_le(line + kWordAt, 4));
}

}  // namespace

RowList CellTable::list_at(RowNumber at) const noexcept {
  if (at >= lists_.size()) return {};
  const std::size_t size = lists_[at];
  return lists_.subspan(at + 1, std::min(size, lists_.size() - at - 1));
}

RowList CellTable::find(const ValueHash& hash) const noexcept {
  const std::uint64_t wanted = hash.remainder();
  if (home_ == 0) return {};
  const std::uint64_t home = line_of(hash.high, home_);
  for (std::uint64_t at = home; at < line_count_; ++at) {
    const std::uint8_t* line = lines_ + at * kLineBytes;
    const std::uint32_t word = word_of(line);
    const std::size_t count = std::min<std::size_t>(word & kCountMask, kLineRecords);
    for (std::size_t i = 0; i < count; ++i) {
      if ((load_le(line + 6 * i, 8) & kRemainderMask) != wanted) continue;
      const auto* row = reinterpret_cast<const RowNumber*>(line + kRowsAt) + i;
      return (word >> (kListAt + i) & 1) != 0 ? list_at(*row) : RowList(row, 1);
    }
    const std::uint32_t more = at == home ? overflow_bit(wanted) : kGoesOn;
    if ((word & more) == 0) break;
  }
  return {};
}

bool CellTable::consistent(std::uint64_t rows) const noexcept {
  const auto known = [rows](RowNumber row) { return row < rows; };
  std::size_t lists = 0;
  for (std::uint64_t at = 0; at < line_count_; ++at) {
    const std::uint8_t* line = lines_ + at * kLineBytes;
    const std::uint32_t word = word_of(line);
    if ((word & kCountMask) > kLineRecords || ((word & kGoesOn) != 0 && at + 1 == line_count_))
      return false;
    for (std::size_t i = 0; i < (word & kCountMask); ++i) {
      const auto row = static_cast<RowNumber>(load_le(line + kRowsAt + 4 * i, 4));
      if ((word >> (kListAt + i) & 1) == 0) {
        if (!known(row)) return false;
        continue;
      }
      const RowList list = list_at(row);
      if (list.size() < 2 || list.size() != lists_[row] ||
          !std::all_of(list.begin(), list.end(), known) ||
          !std::is_sorted(list.begin(), list.end()))
        return false;
      lists += list.size() + 1;
    }
  }
  return lists == lists_.size();
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
  if (!arrange_tables() || !read_densities()) return false;
  const auto texts = static_cast<std::size_t>(
      std::count_if(header_.columns.begin(), header_.columns.end(),
                    [](const Column& column) { return column.type == ColumnType::text; }));
  rows_ = bytes_of(SectionKind::rows);
  row_bytes_ = row_record_bytes(texts);
  if (rows_.size() != header_.rows * row_bytes_) return false;
  const Bytes phones = bytes_of(SectionKind::phones);
  if (phones.size() != PhonePlan::kBytes) return false;
  phones_ = PhonePlan::from_bytes(phones);
  const Bytes names = bytes_of(SectionKind::names);
  if (names.size() % Filter::kBlockBytes != 0) return false;
  names_ = Filter(names);
  const Bytes words = bytes_of(SectionKind::name_words);
  if (!NameWords::fits(words)) return false;
  name_words_ = NameWords(words, header_.rows);
  return true;
}

bool Index::arrange_tables() {
  for (std::uint32_t i = 0; i < header_.columns.size(); ++i) {
    const Column& column = header_.columns[i];
    if (!is_looked_up(column.type)) {
      tables_.emplace_back();
      continue;
    }
    const Bytes lines = bytes_of(SectionKind::cells, i), lists = bytes_of(SectionKind::lists, i);
    if (lines.size() % CellTable::kLineBytes != 0 || lists.size() % 4 != 0 ||
        column.home_lines > lines.size() / CellTable::kLineBytes)
      return false;
    tables_.emplace_back(lines, lists, column.home_lines);
  }
  return true;
}

/// An index of an older builder knows only Column::density: its names and texts are taken for
/// frequent.
bool Index::read_densities() noexcept {
  const Bytes bytes = bytes_of(SectionKind::densities);
  if (!bytes.empty() && bytes.size() != header_.columns.size() * 8) return false;
  ByteCursor in(bytes);
  for (Column& column : header_.columns) {
    column.own_density = bytes.empty() ? column.density : std::bit_cast<double>(in.u64_le());
    if (!std::isfinite(column.own_density)) return false;
    if (bytes.empty() && !is_seed(column.type)) column.own_density = kRepeatChanceUnknown;
  }
  return true;
}

bool Index::has_name(const ValueHash& hash) const noexcept {
  for (std::size_t i = 0; i < tables_.size(); ++i)
    if (header_.columns[i].type == ColumnType::name && !tables_[i].find(hash).empty()) return true;
  return false;
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
