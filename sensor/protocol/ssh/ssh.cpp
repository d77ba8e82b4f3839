#include "protocol/ssh/ssh.h"

#include <algorithm>
#include <array>
#include <string>

#include "marks/ciphertext.h"

namespace outspan::protocol::ssh {
namespace {

constexpr std::string_view kBanner = "SSH-2.0-";
constexpr std::string_view kOldBanner = "SSH-1.99-";  // speaks 2 as well (RFC 4253, 5.1)
constexpr std::size_t kBannerMaxBytes = 255;
constexpr std::uint32_t kPacketMaxBytes = 262144;
constexpr std::size_t kPacketHeaderBytes = 6;  // length, padding length, message number

enum Message : std::uint8_t { kKexInit = 20, kNewKeys = 21 };

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept : host_(host) {}

  void on_data(Side side, Bytes bytes) noexcept override;
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override;
  void on_pause() noexcept override {}
  void on_close(flow::CloseReason) noexcept override {
    if (!given_away_ && !proven_) give_up();
  }

 private:
  enum class Phase : std::uint8_t { banner, packets, encrypted };
  struct Stream {
    Phase phase = Phase::banner;
    std::size_t banner_bytes = 0;
    std::array<std::uint8_t, kPacketHeaderBytes> header{};
    std::size_t header_bytes = 0;
    std::size_t left_bytes = 0;
    std::uint8_t message = 0;
    marks::CiphertextSample sample;
    std::string held;
  };

  /// False: this is no SSH at the front of `in`.
  bool take(Stream& mine, Bytes& in) noexcept;
  bool banner(Stream& mine, Bytes& in) noexcept;
  bool packet(Stream& mine, Bytes& in) noexcept;
  bool begin_packet(Stream& mine) noexcept;
  void prove() noexcept;
  void give_up() noexcept;

  StreamHost& host_;
  std::array<Stream, 2> streams_;
  bool proven_ = false;
  bool given_away_ = false;
};

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  Stream& mine = streams_[index(side)];
  const bool was_proven = proven_;
  if (!proven_) mine.held += as_text(bytes);
  Bytes in = bytes;
  bool fits = true;
  while (fits && !in.empty()) fits = take(mine, in);
  if (!proven_) {
    if (!fits || mine.held.size() > std::size_t{host_.limits().header_kib} * 1024) give_up();
    return;
  }
  FlowContext& flow = host_.flow();
  if (was_proven)
    flow.account.move(side, Column::inspected, Column::encrypted, bytes.size() - in.size());
  else
    flow.account.move(side, Column::encrypted, Column::inspected, in.size());
  if (!fits) {
    given_away_ = true;
    flow.observer.on_anomaly(flow, side,
                             {"ssh_framing_broken", "the stream leaves SSH framing or encryption"});
    std::array<Bytes, 2> rest{};
    rest[index(side)] = in;
    host_.fall_back(rest);
  }
}

bool Parser::take(Stream& mine, Bytes& in) noexcept {
  switch (mine.phase) {
    case Phase::banner: return banner(mine, in);
    case Phase::packets: return packet(mine, in);
    case Phase::encrypted:
      mine.sample.next_frame();
      if (!mine.sample.feed(in)) return false;
      in = {};
      return true;
  }
  return false;
}

bool Parser::banner(Stream& mine, Bytes& in) noexcept {
  const std::size_t end = as_text(in).find('\n');
  const std::size_t size = end == std::string_view::npos ? in.size() : end + 1;
  if (mine.banner_bytes + size > kBannerMaxBytes) return false;
  mine.banner_bytes += size;
  in = in.subspan(size);
  if (end != std::string_view::npos) mine.phase = Phase::packets;
  return true;
}

bool Parser::packet(Stream& mine, Bytes& in) noexcept {
  if (mine.left_bytes == 0) {
    const Bytes before = in;
    const std::size_t size = std::min(kPacketHeaderBytes - mine.header_bytes, in.size());
    std::copy_n(in.begin(), size, mine.header.begin() + mine.header_bytes);
    mine.header_bytes += size;
    in = in.subspan(size);
    if (mine.header_bytes < kPacketHeaderBytes) return true;
    mine.header_bytes = 0;
    if (begin_packet(mine)) return true;
    in = before;
    return false;
  }
  const std::size_t size = std::min(mine.left_bytes, in.size());
  mine.left_bytes -= size;
  in = in.subspan(size);
  if (mine.left_bytes == 0 && mine.message == kNewKeys) mine.phase = Phase::encrypted;
  return true;
}

bool Parser::begin_packet(Stream& mine) noexcept {
  ByteCursor in(mine.header);
  const std::uint32_t length = in.u32();
  const std::uint8_t padding = in.u8();
  mine.message = in.u8();
  // RFC 4253, 6: at least 4 bytes of padding, a whole number of 8-byte blocks.
  if (length < 12 || length > kPacketMaxBytes || padding < 4 || padding + 1U >= length ||
      (length + 4) % 8 != 0)
    return false;
  // Only transport and key exchange messages travel in clear.
  if (mine.message == 0 || mine.message > 49) return false;
  mine.left_bytes = length - 2;
  if (mine.message == kKexInit) prove();
  return true;
}

void Parser::prove() noexcept {
  if (proven_) return;
  proven_ = true;
  FlowContext& flow = host_.flow();
  flow.encryption.reason = "ssh";
  flow.account.set_app(AppProtocol::named("ssh"));
  for (const Side side : {Side::client, Side::server}) {
    std::string& held = streams_[index(side)].held;
    flow.account.move(side, Column::inspected, Column::encrypted, held.size());
    held.clear();
    held.shrink_to_fit();
  }
}

void Parser::give_up() noexcept {
  given_away_ = true;
  host_.fall_back({as_bytes(streams_[0].held), as_bytes(streams_[1].held)});
}

void Parser::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (given_away_) return;
  if (!proven_) return give_up();
  Stream& mine = streams_[index(side)];
  if (mine.phase == Phase::packets && mine.header_bytes == 0 && missing_bytes <= mine.left_bytes) {
    mine.left_bytes -= static_cast<std::size_t>(missing_bytes);
    if (mine.left_bytes == 0 && mine.message == kNewKeys) mine.phase = Phase::encrypted;
    return;
  }
  // Where a packet begins cannot be known; the exchange is over soon. The sample still watches.
  mine.phase = Phase::encrypted;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  bool more = false;
  for (const Bytes bytes : opening.bytes) {
    if (bytes.empty()) continue;
    const std::string_view text = as_text(bytes);
    if (text.starts_with(kBanner) || text.starts_with(kOldBanner)) return Claim::mine;
    if (!kBanner.starts_with(text) && !kOldBanner.starts_with(text)) return Claim::not_mine;
    more = true;
  }
  return more ? Claim::need_more : Claim::not_mine;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::ssh
