#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/bytes.h"

namespace outspan::content {

/// Compression methods of APPNOTE.TXT 4.4.5 that are distinguished here.
namespace zip_method {
inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflate = 8;
inline constexpr std::uint16_t kZstd = 93;
constexpr bool is_assigned(std::uint16_t method) noexcept {
  return method <= 20 || (method >= 93 && method <= 99);
}
}  // namespace zip_method

/// What a local file header says (APPNOTE.TXT 4.3.7), zip64 sizes (4.5.3) included.
struct ZipLocalHeader {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t compressed_bytes = 0;
  std::uint64_t bytes = 0;
  std::string name;  ///< as in the file

  [[nodiscard]] bool encrypted() const noexcept { return (flags & 1) != 0; }
  /// The sizes stand after the data, in a data descriptor.
  [[nodiscard]] bool size_follows() const noexcept {
    return (flags & 8) != 0 && (compressed_bytes == 0 || compressed_bytes == 0xffffffff);
  }
};

inline constexpr std::size_t kZipLocalHeaderBytes = 30;

/// Bytes of a local header with its name and extra field, by its first kZipLocalHeaderBytes. 0:
/// this is none.
std::size_t zip_local_header_bytes(Bytes fixed) noexcept;
/// `header`: all of it.
ZipLocalHeader parse_zip_local_header(Bytes header);

/// A zip with one member, to be put around its data: what goes before and what after.
std::string zip_before(const ZipLocalHeader& header);
std::string zip_behind(const ZipLocalHeader& header);

/// Whether a zip whose first member has this name is an Office document or a book, which is to be
/// read as a whole.
bool begins_package(std::string_view first_name) noexcept;

}  // namespace outspan::content
