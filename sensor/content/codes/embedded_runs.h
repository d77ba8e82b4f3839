#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/codes/base64_noise.h"
#include "text/base32.h"
#include "text/base64.h"

namespace outspan::content {

/// Finds base64, base64url, base32 and hexadecimal runs inside text, also across wrapped lines,
/// JSON and percent escapes of their own characters, and hands the decoded bytes on as a node of
/// their own ("base64", "base32" or "hex", one a text, a boundary between runs). A run counts when
/// it is long enough and its beginning decodes to text or to a known file format, or when a data:
/// URI announces it. Of the others those of base64 that stand for random bytes are told as opaque,
/// where that is wanted: encrypted, or compressed in an unknown way.
class EmbeddedRuns {
 public:
  /// Shorter runs are words, and hold no value worth hiding: "bob@example.com" has 15 bytes.
  static constexpr std::size_t kMinBase64 = 20;
  static constexpr std::size_t kMinBase32 = 24;
  static constexpr std::size_t kMinHex = 32;

  EmbeddedRuns(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  void look_for_noise(bool wanted) noexcept { look_for_noise_ = wanted; }
  void data(Bytes text) noexcept;
  /// No run goes on over this.
  void boundary() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  enum class Kind : std::uint8_t { base64, base32, hex };
  enum class State : std::uint8_t { searching, decoding, next_line, skipping };
  /// Enough of a run to judge it, with a few starts to try in it.
  static constexpr std::size_t kProbe = 96;

  std::size_t search(Bytes text, std::size_t at) noexcept;
  bool judge() noexcept;
  void measure(std::string_view run, bool goes_on) noexcept;
  void measure_to(Bytes text, std::size_t at) noexcept;
  void end_noise() noexcept;
  bool judge_base32(std::string_view run) noexcept;
  bool start(Kind kind, std::size_t size) noexcept;
  std::size_t decode(Bytes text) noexcept;
  template <class Decoder>
  std::size_t decode_digits(Decoder& decoder, Bytes text) noexcept;
  std::size_t decode_hex(Bytes text) noexcept;
  std::size_t compare_line(Bytes text) noexcept;
  [[nodiscard]] bool ends_run(bool padded) const noexcept;
  void line_compared(bool goes_on) noexcept;
  bool accepts(std::uint8_t c) noexcept;
  void put(Bytes decoded) noexcept;
  void end_run() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  State state_ = State::searching;
  Kind kind_ = Kind::base64;
  bool announced_ = false;    // by "base64," in front of it
  bool fresh_line_ = false;   // only blanks since the end of a line
  bool at_blank_ = false;     // next_line: a blank is in front of it, no line end
  std::uint8_t nibble_ = 16;  // hex: the first digit of a pair
  std::uint32_t line_ = 0;    // characters of the run in this line
  std::size_t probe_size_ = 0;
  std::array<char, kProbe> probe_;  // the beginning of a run, or of a line, that may go on
  std::string escape_;              // the beginning of an escape inside a run
  text::Base64Decoder base64_;
  text::Base32Decoder base32_;
  std::array<StagePtr, 3> stages_;  // by Kind
  bool look_for_noise_ = false;
  std::unique_ptr<Base64Noise> noise_;  // of refused runs, read besides the search
  std::size_t measured_ = 0;            // of the text that data() was given
  const Node* opaque_ = nullptr;        // of runs of random bytes
};

}  // namespace outspan::content
