#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace outspan::protocol::http1 {

/// Takes the chunked framing off a body (RFC 9112, 7.1), piece by piece, without copying.
class ChunkedReader {
 public:
  enum class Kind : std::uint8_t {
    framing,    ///< nothing to scan: sizes and line ends
    data,       ///< of the body
    extension,  ///< after a chunk's size, its line end included
    trailer,    ///< field lines after the last chunk
    end,        ///< the message is over; the rest of the input is the next one's
    damaged,    ///< no chunk begins here
  };
  struct Piece {
    Kind kind = Kind::framing;
    Bytes bytes;
  };

  /// Takes the next piece off the front of `in`, which must not be empty.
  Piece next(Bytes& in) noexcept;

  /// What is left of the current chunk's data.
  [[nodiscard]] std::uint64_t data_left() const noexcept {
    return state_ == State::data ? left_ : 0;
  }
  /// Skips data that was lost: at most data_left().
  void skip(std::uint64_t bytes) noexcept;

 private:
  enum class State : std::uint8_t { size, extension, data, data_end, trailer_start, trailer };
  Piece size_line(Bytes& in) noexcept;
  Piece line_rest(Bytes& in, Kind kind) noexcept;
  void line_over() noexcept;

  State state_ = State::size;
  bool digits_ = false;
  std::uint64_t left_ = 0;
};

}  // namespace outspan::protocol::http1
