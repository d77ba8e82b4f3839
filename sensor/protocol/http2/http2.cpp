#include "protocol/http2/http2.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/http2/direction.h"
#include "protocol/shared/either_role.h"

namespace outspan::protocol::http2 {
namespace {

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : host_(host),
        streams_(host),
        directions_{Direction(host, streams_, Side::client),
                    Direction(host, streams_, Side::server)} {
    host.flow().account.set_app(AppProtocol::named("http2"));
  }

  void add_request(const http::Exchange& request) noexcept { streams_.add_request(1, request); }

  void on_data(Side side, Bytes bytes) noexcept override {
    if (!bytes.empty() && !std::exchange(begun_, true)) find_roles(side, bytes);
    directions_[index(side)].data(bytes);
  }
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    directions_[index(side)].gap(missing_bytes);
  }
  void on_pause() noexcept override {
    streams_.pause();
    for (Direction& each : directions_) each.pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    for (Direction& each : directions_) each.close();
    streams_.end_all();
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + streams_.held_bytes() + directions_[0].held_bytes() +
           directions_[1].held_bytes();
  }

 private:
  /// An answer needs its request for its name, a request needs nothing.
  void find_roles(Side side, Bytes bytes) noexcept {
    const bool preface = bytes.front() == static_cast<std::uint8_t>(kPreface.front());
    const Side server = preface ? opposite(side) : Side::server;
    FlowContext& flow = host_.flow();
    const bool certain = preface || flow.info.opened_by_syn;
    if (certain && !flow.inspected(server)) flow.unwanted[index(server)] = true;
  }

  StreamHost& host_;
  Streams streams_;
  bool begun_ = false;
  std::array<Direction, 2> directions_;
};

Claim recognise_side(Bytes bytes, bool joined) noexcept {
  const std::string_view text = as_text(bytes);
  if (text.starts_with(kPreface)) return Claim::mine;
  if (!text.empty() && kPreface.starts_with(text)) return Claim::need_more;
  if (joined && count_frames(bytes, 3) == 3) return Claim::mine;
  // A server begins with its settings: a short frame of stream 0 without flags.
  std::array<std::uint8_t, FrameHeader::kBytes> beginning{};
  std::copy_n(bytes.begin(), std::min(beginning.size(), bytes.size()), beginning.begin());
  if (bytes.size() < 4) beginning[3] = static_cast<std::uint8_t>(FrameType::settings);
  const FrameHeader first = parse_frame_header(beginning);
  const bool settings = first.type == FrameType::settings && first.flags == 0 &&
                        first.stream == 0 && first.is_valid();
  if (!settings || bytes.empty()) return Claim::not_mine;
  if (bytes.size() < FrameHeader::kBytes) return Claim::need_more;
  return count_frames(bytes, 2) > 0 ? Claim::mine : Claim::not_mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_of_any_side(opening, recognise_side);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

std::unique_ptr<StreamParser> make_upgraded(StreamHost& host,
                                            const http::Exchange& request) noexcept {
  auto parser = std::make_unique<Parser>(host);
  parser->add_request(request);
  return parser;
}

}  // namespace outspan::protocol::http2
