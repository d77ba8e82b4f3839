#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "fingerprint/index/column.h"
#include "fingerprint/index/key.h"

/// The file of an index. Little-endian throughout; docs/fingerprints.md has the layout.
namespace outspan::fingerprint {

inline constexpr std::array<std::uint8_t, 8> kMagic{'O', 'S', 'P', 'N', 'I', 'D', 'X', '\n'};
/// Of the layout. A file with a higher one is refused.
inline constexpr std::uint32_t kFormatVersion = 1;
/// Of the canonical forms. A file with another one is refused: its values would not be found.
inline constexpr std::uint32_t kFormsVersion = 1;
/// The header has this much room; the sections follow.
inline constexpr std::size_t kHeaderBytes = 65536;
/// Sections are digested in pieces of this size.
inline constexpr std::size_t kDigestPiece = 1 << 20;
/// Where sections begin.
inline constexpr std::size_t kAlignment = 64;

using Digest = std::array<std::uint8_t, 32>;

enum class SectionKind : std::uint32_t {
  rows = 1,        ///< one record a row: tag, record id, a word for each text column
  cells = 2,       ///< of a column: the values, in lines of 64 bytes (see CellTable)
  lists = 3,       ///< of a column: rows of the values that more than one row has
  names = 5,       ///< a split-block Bloom filter of whole names
  phones = 6,      ///< PhonePlan
  name_words = 9,  ///< see NameWords; missing in indexes of older builders
  densities = 8,   ///< Column::own_density of each column; missing in indexes of older builders
  digests = 7,     ///< SHA-256 of each piece of everything between the header and this section
};

struct Section {
  SectionKind kind{};
  std::uint32_t column = 0;
  std::uint64_t offset = 0;  ///< from the beginning of the file
  std::uint64_t bytes = 0;
};

/// What anybody may know of an index: it holds no value of a customer.
struct Header {
  KeyId key_id{};
  std::int64_t built_at_s = 0;  ///< seconds since 1970
  std::uint64_t rows = 0;
  std::uint64_t canaries = 0;
  /// Whose national phone forms are read.
  std::vector<std::string> countries;
  /// Of the libraries that the forms depend on, for people: "ICU 72.1, libphonenumber 8.12".
  std::string libraries;
  std::string canary_header;
  std::vector<Column> columns;
  std::vector<Section> sections;
  Digest digests_digest{};  ///< SHA-256 of the section of digests

  [[nodiscard]] const Section* section(SectionKind kind, std::uint32_t column = 0) const noexcept;
};

/// kHeaderBytes, the HMAC of all before it at the end of what is used. A problem: it holds too
/// much.
Result<std::vector<std::uint8_t>> encode(const Header& header, const Key& key);

/// Reads and checks what can be checked without the rest of the file. `name` is for messages.
/// `key`: nullptr leaves the HMAC unchecked.
Result<Header> decode(const std::string& name, Bytes bytes, const Key* key);

}  // namespace outspan::fingerprint
