#include "protocol/http2/direction.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol::http2 {

Direction::Direction(ParserHost& host, Streams& streams, Side side) noexcept
    : host_(host),
      streams_(streams),
      side_(side),
      loose_(host, side, "http2 frames"),
      pings_(host, side, "http2 pings") {}

void Direction::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    switch (state_) {
      case State::start: start(bytes); break;
      case State::preface: bytes = take_preface(bytes); break;
      case State::header: bytes = take_header(bytes); break;
      case State::payload: bytes = take_payload(bytes); break;
      case State::lost: bytes = take_lost(bytes); break;
    }
  }
}

void Direction::start(Bytes bytes) noexcept {
  if (bytes.front() == static_cast<std::uint8_t>(kPreface.front())) {
    state_ = State::preface;
    return;
  }
  const bool settings = bytes.size() < 4 || bytes[3] == 4;
  state_ = settings ? State::header : State::lost;
  if (!settings) hpack_.lose();
}

Bytes Direction::take_preface(Bytes bytes) noexcept {
  const std::string_view wanted = kPreface.substr(preface_bytes_);
  const std::size_t size = std::min(wanted.size(), bytes.size());
  if (as_text(bytes.first(size)) != wanted.substr(0, size)) {
    loose_.data(as_bytes(kPreface.substr(0, preface_bytes_)));
    lose();
    return bytes;
  }
  preface_bytes_ += size;
  if (preface_bytes_ == kPreface.size()) {
    framing(kPreface.size());
    state_ = State::header;
  }
  return bytes.subspan(size);
}

Bytes Direction::take_header(Bytes bytes) noexcept {
  const std::size_t size = std::min(header_.size() - header_bytes_, bytes.size());
  std::copy_n(bytes.begin(), size, header_.begin() + header_bytes_);
  header_bytes_ += size;
  bytes = bytes.subspan(size);
  if (header_bytes_ < header_.size()) return bytes;
  header_bytes_ = 0;
  frame_ = parse_frame_header(header_);
  if (begin_frame()) return bytes;
  if (!std::exchange(damaged_, true))
    host_.flow().observer.on_anomaly(host_.flow(), side_,
                                     {"http2_damaged_frame", "no frame where one must begin"});
  loose_.boundary();
  loose_.data(header_);
  lose();
  return bytes;
}

/// False: no frame can begin so.
bool Direction::begin_frame() noexcept {
  if (!frame_.is_valid()) return false;
  const bool continues = frame_.type == FrameType::continuation;
  if (in_block_ != continues || (continues && frame_.stream != block_frame_.stream)) {
    if (continues) return false;
    // The rest of the block was lost.
    block_lost_ = true;
    end_block();
  }
  left_ = frame_.length;
  padding_ = 0;
  fields_bytes_ = fields_wanted_ = 0;
  const bool padded = frame_.type == FrameType::data || frame_.type == FrameType::headers ||
                      frame_.type == FrameType::push_promise;
  if (padded && frame_.has(FrameHeader::kPadded)) fields_wanted_ += 1;
  if (frame_.type == FrameType::headers && frame_.has(FrameHeader::kPriority)) fields_wanted_ += 5;
  if (frame_.type == FrameType::push_promise) fields_wanted_ += 4;
  if (frame_.type == FrameType::go_away) fields_wanted_ = 8;
  if (fields_wanted_ > left_) return false;
  if (frame_.type == FrameType::headers || frame_.type == FrameType::push_promise) {
    block_frame_ = frame_;
    in_block_ = true;
  }
  state_ = State::payload;
  if (frame_.is_known()) {
    framing(FrameHeader::kBytes);
  } else {
    // May be no frame at all, so its header is searched, too.
    loose_.boundary();
    loose_.data(header_);
    loose_.boundary();
  }
  if (left_ == 0) end_frame();
  return true;
}

Bytes Direction::take_payload(Bytes bytes) noexcept {
  const Bytes mine = bytes.first(std::min<std::size_t>(left_, bytes.size()));
  Bytes part = mine;
  if (fields_bytes_ < fields_wanted_) {
    const std::size_t size = std::min(fields_wanted_ - fields_bytes_, part.size());
    std::copy_n(part.begin(), size, fields_.begin() + fields_bytes_);
    fields_bytes_ += size;
    left_ -= static_cast<std::uint32_t>(size);
    part = part.subspan(size);
    if (fields_bytes_ == fields_wanted_ && !begin_content()) {
      loose_.data(Bytes(fields_).first(fields_bytes_));
      lose();
      return bytes.subspan(size);
    }
  }
  const std::size_t size = std::min<std::size_t>(left_ - std::min(left_, padding_), part.size());
  if (size > 0) content(part.first(size));
  padding(part.subspan(size));
  left_ -= static_cast<std::uint32_t>(part.size());
  if (left_ == 0) end_frame();
  return bytes.subspan(mine.size());
}

/// False: there is more padding than payload.
bool Direction::begin_content() noexcept {
  ByteCursor in(Bytes(fields_).first(fields_bytes_));
  if (frame_.type != FrameType::go_away) {
    if (frame_.has(FrameHeader::kPadded)) padding_ = in.u8();
    if (frame_.type == FrameType::push_promise) promised_ = in.u32() & 0x7fffffff;
    if (padding_ > left_) return false;
  }
  framing(fields_bytes_);
  return true;
}

void Direction::content(Bytes bytes) noexcept {
  switch (frame_.type) {
    case FrameType::data:
      // Of a stream that has ended: nobody's.
      if (!streams_.body(side_, frame_.stream, bytes)) loose_.data(bytes);
      break;
    case FrameType::headers:
    case FrameType::push_promise:
    case FrameType::continuation: block(bytes); break;
    case FrameType::ping: pings_.data(bytes); break;
    case FrameType::priority:
    case FrameType::reset:
    case FrameType::window_update: framing(bytes.size()); break;
    case FrameType::settings:  // as long as somebody likes
    case FrameType::go_away:
    default: loose_.data(bytes);
  }
}

/// Zeros (RFC 9113, 6.1); anything else is content.
void Direction::padding(Bytes bytes) noexcept {
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; }))
    framing(bytes.size());
  else
    loose_.data(bytes);
}

void Direction::end_frame() noexcept {
  state_ = State::header;
  switch (frame_.type) {
    case FrameType::data:
      if (frame_.has(FrameHeader::kEndStream)) streams_.end(side_, frame_.stream);
      break;
    case FrameType::headers:
    case FrameType::push_promise:
    case FrameType::continuation:
      if (frame_.has(FrameHeader::kEndHeaders)) end_block();
      break;
    case FrameType::reset: streams_.reset(frame_.stream); break;
    case FrameType::settings:
    case FrameType::go_away: loose_.boundary(); break;
    default: break;
  }
}

void Direction::block(Bytes fragment) noexcept {
  block_bytes_ += fragment.size();
  block_lost_ |= block_.size() + fragment.size() > std::size_t{host_.limits().header_kib} * 1024;
  if (!block_lost_) block_ += as_text(fragment);
}

void Direction::end_block() noexcept {
  std::vector<Field> fields;
  const std::size_t text_max = std::size_t{host_.limits().header_kib} * 1024 * 4;
  const bool read = !block_lost_ && hpack_.decode(as_bytes(block_), text_max, fields);
  if (read) {
    host_.flow().account.searched(side_, block_bytes_);
  } else {
    hpack_.lose();
    unread(block_bytes_);
  }
  if (block_frame_.type == FrameType::push_promise)
    streams_.promise(side_, promised_, fields);
  else if (read || !fields.empty())
    give_head(fields);
  if (block_frame_.type == FrameType::headers && block_frame_.has(FrameHeader::kEndStream))
    streams_.end(side_, block_frame_.stream);
  block_.clear();
  block_bytes_ = 0;
  in_block_ = block_lost_ = false;
}

void Direction::give_head(const std::vector<Field>& fields) noexcept {
  if (streams_.head(side_, block_frame_.stream, fields)) return;
  // Of a stream that has ended: nobody's.
  loose_.boundary();
  loose_.decoded(as_bytes(head_text(fields, true)), 0);
  loose_.boundary();
}

/// Its strings may be coded, so looking at them would show nothing.
void Direction::unread(std::uint64_t bytes) noexcept {
  unread_bytes_ += host_.flow().account.claim(side_, Column::opaque, "unsupported", bytes);
}

/// What was taken of a frame or its beginning that is not whole.
void Direction::give_partial() noexcept {
  switch (state_) {
    case State::preface: loose_.data(as_bytes(kPreface.substr(0, preface_bytes_))); break;
    case State::header: loose_.data(Bytes(header_).first(header_bytes_)); break;
    case State::payload:
      if (fields_bytes_ < fields_wanted_) loose_.data(Bytes(fields_).first(fields_bytes_));
      break;
    case State::start:
    case State::lost: loose_.data(as_bytes(std::exchange(pending_, {}))); break;
  }
}

/// Where a frame begins is not known.
void Direction::lose() noexcept {
  state_ = State::lost;
  header_bytes_ = 0;
  if (in_block_) {
    block_lost_ = true;
    end_block();
  }
  hpack_.lose();
}

void Direction::gap(std::uint64_t missing_bytes) noexcept {
  const bool inside =
      state_ == State::payload && missing_bytes <= left_ && fields_bytes_ == fields_wanted_;
  if (inside) {
    if (frame_.type == FrameType::data) {
      const std::uint64_t content = left_ - std::min(left_, padding_);
      streams_.gap(side_, frame_.stream, std::min(missing_bytes, content));
    }
    block_lost_ |= in_block_;
    left_ -= static_cast<std::uint32_t>(missing_bytes);
    if (left_ == 0) end_frame();
    return;
  }
  if (state_ == State::payload && frame_.type == FrameType::data && left_ > 0)
    streams_.gap(side_, frame_.stream, left_);
  give_partial();
  loose_.gap(missing_bytes);
  pings_.gap(missing_bytes);
  lose();
}

/// Two frames one after the other, or one of a stream that is open.
bool Direction::may_begin_here(Bytes bytes) noexcept {
  const int frames = count_frames(bytes, 2);
  if (frames != 1) return frames == 2;
  const FrameHeader header = parse_frame_header(bytes);
  const bool messages = header.type == FrameType::data || header.type == FrameType::headers;
  return messages && streams_.is_open(header.stream) && header.length > 0;
}

Bytes Direction::take_lost(Bytes bytes) noexcept {
  const std::string held = std::exchange(pending_, {});
  const std::string joined = held.empty() ? std::string() : held + std::string(as_text(bytes));
  const Bytes all = held.empty() ? bytes : as_bytes(joined);
  for (std::size_t at = 0; at + FrameHeader::kBytes <= all.size(); ++at) {
    if (!may_begin_here(all.subspan(at))) continue;
    loose_.data(all.first(at));
    loose_.boundary();
    state_ = State::header;
    // The header may have begun in what was held; its payload has not.
    take_header(all.subspan(at, FrameHeader::kBytes));
    const std::size_t taken = at + FrameHeader::kBytes - held.size();
    return bytes.subspan(std::min(taken, bytes.size()));
  }
  const std::size_t keep = std::min(FrameHeader::kBytes - 1, all.size());
  loose_.data(all.first(all.size() - keep));
  pending_ = as_text(all.last(keep));
  return {};
}

void Direction::pause() noexcept {
  loose_.pause();
  pings_.pause();
}

void Direction::close() noexcept {
  give_partial();
  if (in_block_) {
    block_lost_ = true;
    end_block();
  }
  loose_.end(ObjectEnd::complete);
  pings_.end(ObjectEnd::complete);
  if (unread_bytes_ > 0)
    host_.flow().observer.on_blind_spot(
        host_.flow(), {"unsupported", side_, unread_bytes_, {"http2 header block"}});
  unread_bytes_ = 0;
}

}  // namespace outspan::protocol::http2
