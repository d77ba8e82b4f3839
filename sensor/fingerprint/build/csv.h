#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fingerprint/build/source_text.h"

namespace outspan::fingerprint {

/// Where in a source something is wrong, counted from 1. Columns count characters.
struct SourcePlace {
  std::uint64_t line = 0, column = 0;
};

/// Records of comma-separated values (RFC 4180), or with another separator: fields in quotation
/// marks may hold separators, line ends and doubled marks. Line ends are CR LF, LF or CR LF mixed;
/// a last one may be missing. Empty lines are no records.
class CsvReader {
 public:
  /// `text` holds whole records, begins at `line` of the source, and outlives the reader.
  CsvReader(std::string_view text, char separator, std::uint64_t line) noexcept
      : text_(text), separator_(separator), line_(line) {}

  static constexpr std::size_t kFieldsMax = 4096;

  enum class Answer : std::uint8_t { record, end, bad };
  /// The fields of the next record, unquoted; borrowed until the next call.
  Answer next(std::vector<std::string_view>& fields);

  /// Of the record that was read last, or of what is wrong.
  [[nodiscard]] SourcePlace place() const noexcept { return place_; }
  [[nodiscard]] const char* problem() const noexcept { return problem_; }
  /// Bytes of the text that were read.
  [[nodiscard]] std::size_t consumed() const noexcept { return at_; }

 private:
  bool field(std::string_view& out);
  bool quoted_field(std::string_view& out);
  bool bad(std::size_t at, const char* problem);

  std::string_view text_;
  char separator_;
  std::uint64_t line_;
  std::size_t at_ = 0;
  std::size_t record_at_ = 0;
  SourcePlace place_;
  const char* problem_ = nullptr;
  std::vector<std::string> unquoted_;  // fields that could not be borrowed
  std::size_t unquoted_count_ = 0;
};

/// Cuts a source into pieces of whole records, whose sizes are about `bytes`. A record has a limit.
class CsvCutter {
 public:
  static constexpr std::size_t kRecordBytesMax = 1 << 20;

  /// `separator`: '\0' if it is one of those that guess_separator() knows. `line`: the first one.
  explicit CsvCutter(ReadBytes read, std::size_t bytes = 1 << 20, char separator = '\0',
                     std::uint64_t line = 1)
      : read_(std::move(read)), bytes_(bytes), separator_(separator), line_(line) {}

  struct Piece {
    std::string text;
    std::uint64_t line = 1;  ///< of the source, where it begins
  };
  /// nullopt: the end. A piece larger than asked for, with one record that never ends, is a
  /// problem.
  Result<std::optional<Piece>> next();

 private:
  ReadBytes read_;
  std::size_t bytes_;
  char separator_;
  std::string rest_;
  std::uint64_t line_;
  bool ended_ = false;
};

/// The separator of a header line: the one of `,` `;` TAB `|` that occurs most outside of quotation
/// marks.
char guess_separator(std::string_view line) noexcept;

/// Where `text` stops being UTF-8; nullopt: it is UTF-8.
std::optional<std::size_t> bad_utf8(std::string_view text) noexcept;

}  // namespace outspan::fingerprint
