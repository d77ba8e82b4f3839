#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/prefetch.h"
#include "core/result.h"
#include "fingerprint/forms/name_form.h"
#include "fingerprint/forms/phone_form.h"
#include "fingerprint/index/file_identity.h"
#include "fingerprint/index/filter.h"
#include "fingerprint/index/header.h"
#include "fingerprint/index/key.h"
#include "fingerprint/index/name_words.h"
#include "fingerprint/index/value_hash.h"

namespace outspan::fingerprint {

/// The rows that have a value.
using RowList = std::span<const RowNumber>;

/// The values of a column that can be looked up: a hash table of cache lines, so that an answer,
/// yes or no, costs one of them as a rule. A batch of questions asks for its lines ahead.
///
/// A line holds up to six records: 6 x 6 bytes of hash (ValueHash::remainder), 6 x 4 bytes of row,
/// and a word: the number of records (bits 0 to 2), whether records that belong here or before
/// stand in the next line (bit 3), which of the six have a list of rows instead of a row (bits 4
/// to 9), and for the records that belong here and stand in a later line one of 22 bits each (from
/// bit 10 on), so that hardly any question about another value goes on there. A record belongs into
/// the line that the upper bits of its hash point to, and stands there or in the next one with
/// room. A list is its length and the rows, ascending.
class CellTable {
 public:
  static constexpr std::size_t kLineBytes = 64;
  static constexpr std::size_t kLineRecords = 6;

  CellTable() = default;
  /// Whole lines and whole words, aligned as the file has them; `home` lines are pointed to, those
  /// after it take what had no room.
  CellTable(Bytes lines, Bytes lists, std::uint64_t home) noexcept
      : lines_(lines.data()),
        line_count_(lines.size() / kLineBytes),
        home_(home),
        lists_(reinterpret_cast<const RowNumber*>(lists.data()), lists.size() / 4) {}

  static constexpr std::uint32_t kCountMask = 7, kGoesOn = 1u << 3;
  static constexpr unsigned kListAt = 4;
  /// The bit of a record that stands in a later line.
  static constexpr std::uint32_t overflow_bit(std::uint64_t remainder) noexcept {
    return 1u << (10 + remainder % 22);
  }

  /// The line that a hash points to.
  static std::uint64_t line_of(std::uint64_t high, std::uint64_t lines) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(high) * lines >> 64);
  }
  void prefetch(const ValueHash& hash) const noexcept {
    outspan::prefetch(lines_ + line_of(hash.high, home_) * kLineBytes);
  }
  /// Empty: nobody has the value.
  [[nodiscard]] RowList find(const ValueHash& hash) const noexcept;
  /// Whether lines and lists are as the builder makes them.
  [[nodiscard]] bool consistent(std::uint64_t rows) const noexcept;

 private:
  [[nodiscard]] RowList list_at(RowNumber at) const noexcept;

  const std::uint8_t* lines_ = nullptr;
  std::uint64_t line_count_ = 0, home_ = 0;
  std::span<const RowNumber> lists_;
};

/// What the index knows of a row besides its values.
struct RowRecord {
  NameTag name;
  bool canary = false;
  /// Names the customer's data independently of the position in the export: the same as long as
  /// the row's values and the key are.
  std::uint64_t record_id = 0;
};

/// An index in memory, checked. Immutable: shared by all threads; a refreshed one is another
/// object.
class Index {
 public:
  /// Reads the file into memory of its own (a file that somebody overwrites in place cannot pull
  /// the rug from under the sensor), checks its HMAC, digests and structure. All that can be wrong
  /// with it is reported in one sentence. Without a key (nullptr) all but the HMAC is checked, and
  /// nothing will be found.
  static Result<std::shared_ptr<const Index>> load(const std::string& path, KeyPtr key);
  /// For fuzzing: as if the digests had been right.
  static Result<std::shared_ptr<const Index>> from_bytes(Bytes file, KeyPtr key);

  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  [[nodiscard]] const Header& header() const noexcept { return header_; }
  [[nodiscard]] const Key& key() const noexcept { return *key_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return header_.rows; }
  [[nodiscard]] const std::vector<Column>& columns() const noexcept { return header_.columns; }
  /// Of a column of a seed's type, or of names, which are held by name_hash(); empty for others. A
  /// name that more than kNamesakesMax customers have has one row twice instead of all of them.
  [[nodiscard]] const CellTable& table(std::size_t column) const noexcept {
    return tables_[column];
  }
  [[nodiscard]] const PhonePlan& phones() const noexcept { return phones_; }
  /// All whole names (Name::sum); empty: there is no column of names.
  [[nodiscard]] const Filter& names() const noexcept { return names_; }

  /// Empty: names cannot be looked up.
  [[nodiscard]] const NameWords& name_words() const noexcept { return name_words_; }

  [[nodiscard]] bool has_name(const ValueHash& hash) const noexcept;

  void prefetch_row(RowNumber row) const noexcept {
    outspan::prefetch(rows_.data() + std::size_t{row} * row_bytes_);
  }
  [[nodiscard]] RowRecord row(RowNumber row) const noexcept;
  /// 32 bits of the hash of the row's value in a text column; `text` counts these columns. 0: there
  /// is none.
  [[nodiscard]] std::uint32_t text_tag(RowNumber row, std::size_t text) const noexcept;
  static std::uint32_t text_tag_of(const Key& key, std::string_view folded) noexcept;

  /// The rows of record ids (ascending), kRowUnknown for those that are not there. Reads all rows.
  [[nodiscard]] std::vector<RowNumber> rows_of_records(const std::vector<std::uint64_t>& ids) const;

  /// The file that this was read from, as it was then.
  [[nodiscard]] const FileIdentity& file() const noexcept { return file_; }

  /// Everything that load() leaves to the digests: order, bounds. False: built by a faulty program.
  [[nodiscard]] bool consistent() const noexcept;
  /// Bytes of memory.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept { return memory_.size(); }

 private:
  Index(Header header, KeyPtr key, std::span<std::uint8_t> memory) noexcept
      : header_(std::move(header)), key_(std::move(key)), memory_(memory) {}
  [[nodiscard]] bool arrange();
  [[nodiscard]] bool arrange_tables();
  [[nodiscard]] bool read_densities() noexcept;
  [[nodiscard]] Bytes bytes_of(SectionKind kind, std::uint32_t column = 0) const noexcept;

  Header header_;
  KeyPtr key_;
  std::span<std::uint8_t> memory_;
  FileIdentity file_;
  std::vector<CellTable> tables_;
  Bytes rows_;
  std::size_t row_bytes_ = 0;
  PhonePlan phones_;
  Filter names_;
  NameWords name_words_;
};

using IndexPtr = std::shared_ptr<const Index>;

/// Bytes of a row's record.
constexpr std::size_t row_record_bytes(std::size_t texts) noexcept { return 16 + 4 * texts; }
/// What the tag and the text words of a row are hidden with, so that equal names do not look equal.
/// `word` 0: the tag; then the texts in pairs.
std::uint64_t row_mask(const Key& key, RowNumber row, std::uint32_t word) noexcept;
/// The bit of a row's tag that marks a canary.
inline constexpr std::uint64_t kCanaryBit = std::uint64_t{1} << 63;

/// Only the header of a file, without a key: for `info`.
Result<Header> read_header(const std::string& path);
/// Digests and structure, and with a key also the HMAC. nullopt: all is well.
std::optional<Problem> verify(const std::string& path, const KeyPtr& key);

}  // namespace outspan::fingerprint
