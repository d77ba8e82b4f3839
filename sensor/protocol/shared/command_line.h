#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "core/bytes.h"
#include "core/held_memory.h"
#include "core/ledger.h"
#include "text/ascii.h"

namespace outspan::protocol {

/// A line of a text protocol, or a piece of one that is too long to keep.
struct Line {
  enum class Kind : std::uint8_t {
    whole,    ///< with its line feed
    piece,    ///< of an overlong line; more follows
    closing,  ///< the last piece of an overlong line, with its line feed
  };
  std::string_view wire;  ///< as on the wire, line feed included where there was one
  std::string_view text;  ///< without CR LF
  Kind kind = Kind::whole;
};

/// Who gives the commands, judged by the first byte that was seen: replies begin with a digit. A
/// flow that was joined in the middle calls whoever was seen first its client.
constexpr Side commanding_side(Side speaker, std::uint8_t first_byte) noexcept {
  return first_byte >= '0' && first_byte <= '9' ? opposite(speaker) : speaker;
}

/// Cuts a stream in lines. Pulled, so that a parser can leave for another mode between two lines of
/// the same segment. A line is copied only when it arrives in several pieces.
class LineReader {
 public:
  /// Lines longer than `limit_bytes` come in pieces.
  explicit LineReader(std::size_t limit_bytes) noexcept : limit_bytes_(limit_bytes) {}

  /// Takes from the front of `in` up to the end of the next line. False: `in` is used up and no
  /// line is complete. `line` is valid until the next call or until the bytes that `in` borrows go
  /// away.
  bool next(Bytes& in, Line& line) noexcept;

  /// The unfinished line; for a stream that ends, or whose next protocol begins here.
  [[nodiscard]] std::string_view unfinished() const noexcept {
    return returned_ ? std::string_view() : std::string_view(kept_);
  }
  /// Beside the object itself.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return heap_bytes(kept_); }
  /// The same, for who goes on after a hole, or in another mode: the next byte begins a line. What
  /// is taken is still to be searched.
  [[nodiscard]] std::string take_unfinished() noexcept {
    std::string unfinished = returned_ ? std::string() : std::move(kept_);
    kept_.clear();
    overlong_ = false;
    returned_ = false;
    return unfinished;
  }

 private:
  std::size_t limit_bytes_;
  std::string kept_;
  bool overlong_ = false;
  bool returned_ = false;  // kept_ was given out: clear it on the next call
};

using text::contains_ignoring_case;
using text::equals_ignoring_case;
using text::starts_ignoring_case;

/// Upper-case verb and trimmed argument of a command line.
struct Command {
  std::string_view verb;      ///< as on the wire
  std::string_view argument;  ///< without blanks around it
};
Command split_command(std::string_view line) noexcept;

/// Three digits and what follows: "250-SIZE" is code 250, more, "SIZE". Code 0: no reply.
struct Reply {
  int code = 0;
  bool more = false;  ///< "250-": another line of the same reply follows
  std::string_view text;
};
Reply split_reply(std::string_view line) noexcept;

}  // namespace outspan::protocol
