#include "protocol/shared/dot_unstuffer.h"

#include <cstring>

namespace outspan::protocol {

DotUnstuffer::Step DotUnstuffer::next(Bytes& in) noexcept {
  if (in.empty()) return {};
  const std::uint8_t first = in.front();
  switch (state_) {
    case State::line_start:
      if (first != '.') break;
      in = in.subspan(1);
      state_ = State::dot;
      return {};
    case State::dot:
      if (first == '\r') {
        in = in.subspan(1);
        state_ = State::dot_cr;
        return {};
      }
      // A bare LF behind the dot ends the message for most servers; taking more as message than
      // the server did would swallow the next one.
      if (first == '\n') {
        in = in.subspan(1);
        state_ = State::line_start;
        return {{}, true};
      }
      break;  // the stuffed dot is dropped
    case State::dot_cr:
      if (first == '\n') {
        in = in.subspan(1);
        state_ = State::line_start;
        return {{}, true};
      }
      state_ = State::text;
      return {as_bytes("\r"), false};
    case State::text: break;
  }

  // Up to the next line that begins with a dot.
  std::size_t size = 0;
  state_ = State::text;
  while (size < in.size()) {
    const void* feed = std::memchr(in.data() + size, '\n', in.size() - size);
    if (feed == nullptr) {
      size = in.size();
      break;
    }
    size = static_cast<std::size_t>(static_cast<const std::uint8_t*>(feed) - in.data()) + 1;
    if (size == in.size() || in[size] == '.') {
      state_ = State::line_start;
      break;
    }
  }
  const Step step{in.first(size), false};
  in = in.subspan(size);
  return step;
}

}  // namespace outspan::protocol
