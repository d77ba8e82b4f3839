#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/bytes.h"

namespace outspan::marks {

/// What bytes are, judged by how they begin: who reads them.
enum class Form : std::uint8_t {
  unknown,  ///< text or bytes: scanned as they are
  known,    ///< sound, a program...: scanned as bytes
  picture,  ///< pixels, and what is written beside them
  gzip,
  zstd,
  snappy,  ///< in frames
  tar,
  zip,
  pg_dump,  ///< PostgreSQL's custom archive
  pst,      ///< Outlook's data file: its text is searched, its attachments are not opened
  java,     ///< a Java serialisation: strings among marks
  pickle,   ///< the same of Python
  cms,      ///< a message of CMS (PKCS #7) whose content is in clear
  archive,  ///< of an archiver or a compressor that has no form of its own here
  pdf,
  rtf,
  tnef,
  ole,
  sqlite,
  avro,
  zeros,     ///< a disk image, perhaps: its mark stands far from the beginning (kIsoMarkAt)
  unopened,  ///< a container that nobody here opens; `reason` says why
};

/// What a mark at the beginning of bytes says of them.
struct Mark {
  Form form = Form::unknown;
  std::string_view media_type;  ///< empty: unknown
  /// Of Form::unopened; see ObjectBlindSpot::reason. Static string.
  const char* reason = nullptr;
};

/// Bytes from the beginning that identify() wants to see, if there are so many.
inline constexpr std::size_t kBeginningBytes = 264;
/// ISO 9660 (ECMA-119, 8.1): the first volume descriptor follows 32 KiB that are free for other
/// uses.
inline constexpr std::size_t kIsoMarkAt = 0x8001;
inline constexpr std::string_view kIsoMark = "CD001";
Mark identify(Bytes beginning) noexcept;

/// Pixels, sound and video: nothing in them can be read, but what they carry beside.
inline bool is_media(const Mark& mark) noexcept {
  const std::string_view type = mark.media_type;
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/") ||
         type == "application/ogg";
}

/// Decoded bytes that are worth a look: text, wide text, or a known format.
bool worth_reading(Bytes beginning) noexcept;
/// Whether something worth reading may begin with these two, or have an 'f' as its fifth byte:
/// false is certain but for that, and quicker still.
bool may_begin(std::uint8_t first, std::uint8_t second) noexcept;
/// Whether 12 to 39 bytes that begin so may be worth reading: false is certain, and quick.
inline constexpr std::size_t kGlanceBytes = 6;
bool may_be_worth_reading(std::span<const std::uint8_t, kGlanceBytes> beginning) noexcept;

}  // namespace outspan::marks
