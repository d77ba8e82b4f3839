#include "protocol/http1/chunked.h"

#include <algorithm>

#include "text/hex.h"

namespace outspan::protocol::http1 {
namespace {

Bytes take(Bytes& in, std::size_t size) noexcept {
  const Bytes taken = in.first(size);
  in = in.subspan(size);
  return taken;
}

}  // namespace

ChunkedReader::Piece ChunkedReader::next(Bytes& in) noexcept {
  switch (state_) {
    case State::size: return size_line(in);
    case State::extension: return line_rest(in, Kind::extension);
    case State::data: {
      const Bytes bytes =
          take(in, static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size())));
      skip(bytes.size());
      return {Kind::data, bytes};
    }
    case State::data_end:
      if (in.front() != '\r' && in.front() != '\n') return {Kind::damaged, {}};
      if (in.front() == '\n') state_ = State::size;
      take(in, 1);
      return {};
    case State::trailer_start:
      if (in.front() == '\r') {
        take(in, 1);
        return {};
      }
      if (in.front() == '\n') {
        take(in, 1);
        return {Kind::end, {}};
      }
      state_ = State::trailer;
      [[fallthrough]];
    case State::trailer: return line_rest(in, Kind::trailer);
  }
  return {Kind::damaged, {}};
}

void ChunkedReader::skip(std::uint64_t bytes) noexcept {
  left_ -= bytes;
  if (left_ == 0) state_ = State::data_end;
}

ChunkedReader::Piece ChunkedReader::size_line(Bytes& in) noexcept {
  constexpr std::uint64_t kSizeMax = std::uint64_t{1} << 56;
  while (!in.empty()) {
    const std::uint8_t c = in.front();
    if (const std::uint8_t digit = text::hex_value(c); digit != text::kNotHex) {
      if (left_ >= kSizeMax >> 4) return {Kind::damaged, {}};
      left_ = left_ << 4 | digit;
      digits_ = true;
      take(in, 1);
      continue;
    }
    if (!digits_) return {Kind::damaged, {}};
    if (c == '\r') {
      take(in, 1);
      continue;
    }
    if (c == '\n') {
      take(in, 1);
      line_over();
      return {};
    }
    state_ = State::extension;
    return {};
  }
  return {};
}

ChunkedReader::Piece ChunkedReader::line_rest(Bytes& in, Kind kind) noexcept {
  const auto line_end = std::find(in.begin(), in.end(), '\n');
  const bool whole = line_end != in.end();
  const Bytes bytes = take(in, static_cast<std::size_t>(line_end - in.begin()) + (whole ? 1 : 0));
  if (whole) line_over();
  return {kind, bytes};
}

void ChunkedReader::line_over() noexcept {
  const bool in_trailer = state_ == State::trailer;
  state_ = in_trailer || left_ == 0 ? State::trailer_start : State::data;
  digits_ = false;
}

}  // namespace outspan::protocol::http1
