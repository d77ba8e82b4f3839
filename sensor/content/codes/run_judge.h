#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "text/base32.h"

namespace outspan::content {

enum class RunKind : std::uint8_t { base64, base32, hex };
inline constexpr std::size_t kRunKinds = 3;

/// Shorter runs are words, and hold no value worth hiding: "bob@example.com" has 15 bytes.
inline constexpr std::size_t kMinBase64 = 20;
inline constexpr std::size_t kMinBase32 = 24;
inline constexpr std::size_t kMinHex = 32;

/// Where a code begins in a run of characters, and which it is.
struct RunStart {
  RunKind kind = RunKind::base64;
  std::size_t at = 0;
  text::Base32 alphabet = text::Base32::standard;  ///< of base32
};

/// Codes are looked for within so many characters.
inline constexpr std::size_t kRunBytesMax = 128;

/// Of "0x" or the "x" of "\\x" (bytea of PostgreSQL) before hexadecimal digits; 0: neither.
std::size_t hex_prefix(std::string_view run) noexcept;

/// What a run of characters of the base64 alphabets begins with, judged by what it stands for: text
/// or a known file format; nullopt: neither. A path or a parameter may stand before it:
/// "/download/QWxpY2U...", "id_QWxpY2U...".
std::optional<RunStart> judge_run(std::string_view run) noexcept;

}  // namespace outspan::content
