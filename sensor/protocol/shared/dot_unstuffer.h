#pragma once

#include "core/bytes.h"

namespace outspan::protocol {

/// Takes the dot stuffing off a message (RFC 5321, 4.5.2) and finds its end, byte by byte where
/// dots are, in long runs elsewhere.
class DotUnstuffer {
 public:
  struct Step {
    Bytes out;           ///< message bytes; may be empty
    bool ended = false;  ///< CR LF . CR LF was taken
  };
  /// Takes from the front of `in`; call until `in` is empty or the end was found. `out` is part of
  /// `in`, or a constant (line ends that were held back).
  Step next(Bytes& in) noexcept;

  /// After a hole: the next line begins who knows where.
  void lose() noexcept { state_ = State::text; }
  void reset() noexcept { state_ = State::line_start; }

 private:
  enum class State : std::uint8_t { line_start, dot, dot_cr, text };
  State state_ = State::line_start;
};

}  // namespace outspan::protocol
