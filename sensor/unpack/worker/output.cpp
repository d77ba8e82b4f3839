#include "unpack/worker/output.h"

#include <algorithm>

#include "unpack/pool/frame.h"

namespace outspan::unpack {

void Output::enter() {
  if (in_member_) end();
  if (++entries_ > limits_.entries) throw Stop{Outcome::entries};
}

void Output::begin(std::string_view name) {
  enter();
  write_begin(name.substr(0, kNameBytesMax));
  in_member_ = true;
}

void Output::encrypted(std::string_view name) {
  enter();
  write_encrypted(name.substr(0, kNameBytesMax));
}

void Output::rest(Bytes bytes) {
  if (!in_rest_) {
    enter();
    write_begin_rest();
    in_member_ = in_rest_ = true;
  }
  data(bytes);
}

void Output::unread(std::uint64_t bytes) {
  if (in_member_) end();
  write_unread(bytes);
}

void Output::data(Bytes bytes) {
  while (!bytes.empty()) {
    const std::uint64_t left = limits_.output_bytes - bytes_;
    if (left == 0) throw Stop{Outcome::expansion};
    const std::size_t taken = std::min(
        {bytes.size(), kFramePayloadMax - pending_.size(), static_cast<std::size_t>(left)});
    pending_ += as_text(bytes.first(taken));
    bytes_ += taken;
    bytes = bytes.subspan(taken);
    if (pending_.size() == kFramePayloadMax) flush();
  }
}

void Output::flush() {
  if (!pending_.empty()) write_data(as_bytes(pending_));
  pending_.clear();
}

void Output::end() {
  if (!in_member_) return;
  flush();
  write_end();
  in_member_ = in_rest_ = false;
}

}  // namespace outspan::unpack
