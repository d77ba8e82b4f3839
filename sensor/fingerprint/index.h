#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "fingerprint/file_identity.h"
#include "fingerprint/filter.h"
#include "fingerprint/header.h"
#include "fingerprint/key.h"
#include "fingerprint/name_form.h"
#include "fingerprint/phone_form.h"
#include "fingerprint/value_hash.h"

namespace outspan::fingerprint {

/// The rows that have a value: neighbours in the table.
class RowList {
 public:
  RowList() = default;
  RowList(const std::uint8_t* first, std::uint32_t count) noexcept : first_(first), count_(count) {}
  [[nodiscard]] std::uint32_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] RowNumber operator[](std::uint32_t i) const noexcept;

 private:
  const std::uint8_t* first_ = nullptr;
  std::uint32_t count_ = 0;
};

/// The values of a column that can be looked up. A question is asked in three steps, so that a
/// batch of questions waits for memory once and not once each: filter, directory, records.
class CellTable {
 public:
  static constexpr std::size_t kRecordBytes = 10;

  CellTable() = default;
  CellTable(Bytes records, Bytes directory, Bytes filter) noexcept;

  [[nodiscard]] std::uint64_t cells() const noexcept { return cells_; }
  [[nodiscard]] const Filter& filter() const noexcept { return filter_; }
  void prefetch_directory(const ValueHash& hash) const noexcept {
    __builtin_prefetch(&directory_[hash.high >> shift_]);
  }
  void prefetch_records(const ValueHash& hash) const noexcept;
  [[nodiscard]] RowList find(const ValueHash& hash) const noexcept;
  /// Whether the directory and the order of the records are right.
  [[nodiscard]] bool consistent(std::uint64_t rows) const noexcept;

 private:
  [[nodiscard]] const std::uint8_t* record(std::uint64_t i) const noexcept {
    return records_ + i * kRecordBytes;
  }
  const std::uint8_t* records_ = nullptr;
  const std::uint32_t* directory_ = nullptr;
  std::uint64_t cells_ = 0;
  std::uint32_t shift_ = 63;
  Filter filter_;
};

/// What the index knows of a row besides its values.
struct RowRecord {
  NameTag name;
  bool canary = false;
  /// Names the customer's data independently of the position in the export: the same as long as
  /// the row's values and the key are.
  std::uint64_t record_id = 0;
};

/// An index in memory, checked. Immutable: shared by all threads; a refreshed one is another object.
class Index {
 public:
  /// Reads the file into memory of its own (a file that somebody overwrites in place cannot pull
  /// the rug from under the sensor), checks its HMAC, digests and structure. All that can be wrong
  /// with it is told in one sentence. Without a key (nullptr) all but the HMAC is checked, and
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
  /// Of a column of a seed's type; empty for others.
  [[nodiscard]] const CellTable& table(std::size_t column) const noexcept { return tables_[column]; }
  [[nodiscard]] const PhonePlan& phones() const noexcept { return phones_; }
  /// All whole names (Name::sum); empty: there is no column of names.
  [[nodiscard]] const Filter& names() const noexcept { return names_; }

  void prefetch_row(RowNumber row) const noexcept {
    __builtin_prefetch(rows_.data() + std::size_t{row} * row_bytes_);
  }
  [[nodiscard]] RowRecord row(RowNumber row) const noexcept;
  /// 32 bits of the hash of the row's value in a text column; `text` counts these columns. 0: there
  /// is none.
  [[nodiscard]] std::uint32_t text_tag(RowNumber row, std::size_t text) const noexcept;
  static std::uint32_t text_tag_of(const Key& key, std::string_view folded) noexcept;

  /// The rows of record ids (ascending), kRowUnknown for those that are not there. Reads all rows.
  [[nodiscard]] std::vector<RowNumber> rows_of_records(const std::vector<std::uint64_t>& ids) const;

  /// The file at `path` is the one that this was read from.
  [[nodiscard]] bool is_file(const std::string& path) const noexcept {
    return FileIdentity::of(path) == file_;
  }

  /// Everything that load() leaves to the digests: order, bounds. False: built by a faulty program.
  [[nodiscard]] bool consistent() const noexcept;
  /// Bytes of memory.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept { return memory_.size(); }

 private:
  Index(Header header, KeyPtr key, std::span<std::uint8_t> memory) noexcept
      : header_(std::move(header)), key_(std::move(key)), memory_(memory) {}
  [[nodiscard]] bool arrange();
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
};

using IndexPtr = std::shared_ptr<const Index>;

/// Bytes of a row's record.
constexpr std::size_t row_record_bytes(std::size_t texts) noexcept { return 16 + 4 * texts; }
/// What the tag and the text words of a row are hidden with, so that equal names do not look equal.
/// `word` 0: the tag; then the texts in pairs.
std::uint64_t row_mask(const Key& key, RowNumber row, std::uint32_t word) noexcept;
/// The bit of a row's tag that tells a canary.
inline constexpr std::uint64_t kCanaryBit = std::uint64_t{1} << 63;

/// Only the header of a file, without a key: for `info`.
Result<Header> read_header(const std::string& path);
/// Digests and structure, and with a key also the HMAC. nullopt: all is well.
std::optional<Problem> verify(const std::string& path, const KeyPtr& key);

}  // namespace outspan::fingerprint
