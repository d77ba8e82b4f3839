#include "protocol/http2/frame.h"

#include <algorithm>

namespace outspan::protocol::http2 {
namespace {

/// Nobody needs more settings at once (RFC 9113 has six).
constexpr std::uint32_t kSettingsBytesMax = 6 * 64;
/// Without having seen a larger frame: the default of SETTINGS_MAX_FRAME_SIZE.
constexpr std::uint32_t kFrameBytesDefault = 16384;

}  // namespace

FrameHeader parse_frame_header(Bytes bytes) noexcept {
  ByteCursor in(bytes);
  FrameHeader header;
  header.length = in.u24();
  header.type = static_cast<FrameType>(in.u8());
  header.flags = in.u8();
  header.stream = in.u32();
  return header;
}

bool FrameHeader::is_valid() const noexcept {
  if (stream >> 31 != 0) return false;
  switch (type) {
    case FrameType::data:
    case FrameType::headers:
    case FrameType::continuation: return stream != 0;
    case FrameType::push_promise: return stream != 0 && length >= 4;
    case FrameType::priority: return stream != 0 && length == 5;
    case FrameType::reset: return stream != 0 && length == 4;
    case FrameType::settings:
      return stream == 0 && length % 6 == 0 && length <= kSettingsBytesMax &&
             (length == 0 || !has(kEndStream));
    case FrameType::ping: return stream == 0 && length == 8;
    case FrameType::go_away: return stream == 0 && length >= 8;
    case FrameType::window_update: return length == 4;
  }
  return true;
}

bool FrameHeader::is_usual() const noexcept {
  const auto only = [this](std::uint8_t allowed) { return (flags & ~allowed) == 0; };
  if (!is_valid() || length > kFrameBytesDefault) return false;
  switch (type) {
    case FrameType::data: return only(kEndStream | kPadded);
    case FrameType::headers: return only(kEndStream | kEndHeaders | kPadded | kPriority);
    case FrameType::settings:
    case FrameType::ping: return only(kEndStream);
    case FrameType::push_promise: return only(kEndHeaders | kPadded);
    case FrameType::continuation: return only(kEndHeaders);
    case FrameType::priority:
    case FrameType::reset:
    case FrameType::go_away:
    case FrameType::window_update: return only(0);
  }
  return false;
}

int count_frames(Bytes bytes, int headers_max) noexcept {
  int count = 0;
  while (count < headers_max && bytes.size() >= FrameHeader::kBytes) {
    const FrameHeader header = parse_frame_header(bytes);
    if (!header.is_usual()) return 0;
    ++count;
    bytes = bytes.subspan(std::min<std::size_t>(FrameHeader::kBytes + header.length, bytes.size()));
  }
  return count;
}

}  // namespace outspan::protocol::http2
