#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/bytes.h"

namespace outspan::content {

/// Decodes bytes that are written as text: a uuencoded file, a hexdump.
///
/// Calls: any number of run, then finish. Holds at most a line.
class RunDecoder {
 public:
  /// `out` holds at least as much: what one line may give.
  static constexpr std::size_t kRoom = 512;

  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool ended = false;  ///< what follows is other text
  };

  RunDecoder() = default;
  RunDecoder(const RunDecoder&) = delete;
  RunDecoder& operator=(const RunDecoder&) = delete;
  virtual ~RunDecoder() = default;

  /// Decodes until the input is used up, `out` has no room for more, or the run ends.
  virtual Step run(Bytes in, std::span<std::uint8_t> out) noexcept = 0;
  /// No more comes: what an unfinished line or group gives.
  virtual std::size_t finish(std::span<std::uint8_t> out) noexcept = 0;
};

using RunDecoderPtr = std::unique_ptr<RunDecoder>;

/// uuencode or xxencode, after its "begin" line.
RunDecoderPtr uu_decoder();
/// yEnc (version 1.3), after its "=ybegin" line; 8-bit bytes.
RunDecoderPtr yenc_decoder();
/// The output of xxd, hexdump and od -t x1, and of od -x, whose words are little-endian.
RunDecoderPtr hexdump_decoder();
/// Pairs of hexadecimal digits with something between them: "61 62", "61:62", "0x61, 0x62".
/// `lines`: each line is a text of its own, else one text is wrapped.
RunDecoderPtr spaced_hex_decoder(bool lines = false);
/// Whether lines of such digits, from the beginning of a text, are texts of their own: programs
/// wrap after the same number of pairs, and seldom after another than a round one.
bool has_hex_lines(std::string_view text) noexcept;
/// Whether the text begins with pairs that stand for 16 bytes worth reading. `judged`: characters
/// that were looked at.
bool begins_spaced_hex(std::string_view text, std::size_t& judged) noexcept;

/// Base 85 has no standard but several alphabets.
enum class Base85 : std::uint8_t {
  ascii85,  ///< Adobe's and btoa's: `!` to `u`, `z` for four zeros
  rfc1924,  ///< of git and of Python's b85encode
  z85,      ///< of ZeroMQ (RFC 32/Z85)
};
RunDecoderPtr base85_decoder(Base85 alphabet);
/// Whether the text begins with 25 characters that stand for 20 bytes worth reading.
bool begins_base85(Base85 alphabet, std::string_view text) noexcept;

/// Whether the line is one of a hexdump; at least eight bytes of it.
bool is_hexdump_line(std::string_view line) noexcept;

}  // namespace outspan::content
