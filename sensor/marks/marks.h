#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/bytes.h"
#include "text/ascii.h"

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
/// What refuses most bytes that are not worth reading, by the first of them.
class Beginnings {
 public:
  using Pairs = std::array<std::bitset<256>, 256>;  ///< first byte, second byte
  Beginnings(const Pairs& pairs, const std::bitset<256>& other) noexcept
      : pairs_(pairs), other_(other) {}

  /// Whether something worth reading may begin with these two, or have an 'f' as its fifth byte:
  /// false is certain but for that, and quicker still.
  [[nodiscard]] bool may_begin(std::uint8_t first, std::uint8_t second) const noexcept {
    return pairs_[first][second];
  }
  /// Whether more than text and a padded name may begin with these two, but for that.
  [[nodiscard]] bool may_begin_other(std::uint8_t first, std::uint8_t second) const noexcept {
    return second == 0 || other_[first];
  }
  /// Whether one byte may follow another in text, or in a name that zeros pad.
  static bool may_follow(std::uint8_t before, std::uint8_t byte) noexcept {
    return (kFollowers[kClasses[before]] >> kClasses[byte] & 1) != 0;
  }

 private:
  /// As in UTF-8.
  enum Class : std::uint8_t { character, going_on, leading, zero, none };
  static constexpr std::array<std::uint8_t, 256> kClasses = [] {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t byte = 1; byte < 256; ++byte)
      classes[byte] = text::is_printable(static_cast<char>(byte)) ? character
                      : byte < 0x80                               ? none
                      : byte < 0xc0                               ? going_on
                                                                  : leading;
    classes[0] = zero;
    return classes;
  }();
  static constexpr std::array<std::uint8_t, 5> kFollowers{
      1 << character | 1 << leading | 1 << zero,
      1 << character | 1 << leading | 1 << zero | 1 << going_on,
      1 << going_on | 1 << zero,
      1 << zero,
      0,
  };

  Pairs pairs_;
  std::bitset<256> other_;
};
const Beginnings& beginnings() noexcept;

/// Whether 12 to 39 bytes that begin so may be worth reading: false is certain, and quick.
inline constexpr std::size_t kGlanceBytes = 6;
bool may_be_worth_reading(std::span<const std::uint8_t, kGlanceBytes> beginning) noexcept;

}  // namespace outspan::marks
