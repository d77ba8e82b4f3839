#include "protocol/shared/message_reader.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol {

MessageReader::Piece MessageReader::next(Bytes& in) noexcept {
  kept_.erase(0, std::exchange(returned_bytes_, 0));
  if (in.empty()) return {};
  if (left_ > 0) return rest_of_message(in);

  for (;;) {
    const Header header = read_header_(kept_.empty() ? in : as_bytes(kept_));
    if (header.kind == Header::Kind::invalid) {
      const Bytes all = collect(in, kept_.size() + in.size());
      return {Piece::Kind::invalid, all, 0};
    }
    if (header.kind == Header::Kind::more) {
      if (in.empty()) return {};
      // A byte at a time where a header is split, all of a chunk that has no whole header.
      const std::size_t take = kept_.empty() ? in.size() : 1;
      kept_ += as_text(in.first(take));
      in = in.subspan(take);
      continue;
    }
    const bool long_message = header.message_bytes > whole_bytes_max_;
    const std::uint64_t wanted = long_message ? begin_bytes_ : header.message_bytes;
    const Bytes message = collect(in, wanted);
    if (message.empty()) return {};
    left_ = header.message_bytes - message.size();
    return {long_message ? Piece::Kind::begin : Piece::Kind::whole, message, left_};
  }
}

MessageReader::Piece MessageReader::rest_of_message(Bytes& in) noexcept {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
  const Bytes bytes = in.first(size);
  in = in.subspan(size);
  left_ -= size;
  const Piece::Kind kind = damaged_ ? Piece::Kind::damaged : Piece::Kind::more;
  if (left_ == 0) damaged_ = false;
  return {kind, bytes, left_};
}

/// Empty: there are not so many yet, and all of `in` is kept.
Bytes MessageReader::collect(Bytes& in, std::uint64_t wanted) noexcept {
  if (kept_.empty() && in.size() >= wanted) {
    const Bytes bytes = in.first(static_cast<std::size_t>(wanted));
    in = in.subspan(bytes.size());
    return bytes;
  }
  const std::uint64_t missing = wanted - std::min<std::uint64_t>(wanted, kept_.size());
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(missing, in.size()));
  kept_ += as_text(in.first(take));
  in = in.subspan(take);
  if (kept_.size() < wanted) return {};
  returned_bytes_ = static_cast<std::size_t>(wanted);
  return as_bytes(kept_).first(returned_bytes_);
}

MessageReader::Gap MessageReader::gap(std::uint64_t missing_bytes) noexcept {
  if (left_ > 0) {
    const bool inside = missing_bytes <= left_;
    left_ = inside ? left_ - missing_bytes : 0;
    if (left_ == 0) damaged_ = false;
    return inside ? Gap::inside : Gap::beyond;
  }
  kept_.erase(0, std::exchange(returned_bytes_, 0));
  if (kept_.empty()) return Gap::beyond;
  const Header header = read_header_(as_bytes(kept_));
  if (header.kind != Header::Kind::known) return Gap::beyond;
  const std::uint64_t rest =
      header.message_bytes - std::min<std::uint64_t>(header.message_bytes, kept_.size());
  if (missing_bytes > rest) return Gap::beyond;
  left_ = rest - missing_bytes;
  damaged_ = left_ > 0;
  return Gap::damages;
}

}  // namespace outspan::protocol
