#include "protocol/ssh/ssh.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/held_memory.h"
#include "protocol/shared/ciphertext_sampler.h"
#include "protocol/shared/command_channel.h"

namespace outspan::protocol::ssh {
namespace {

constexpr const char* kReason = "ssh";
constexpr std::string_view kBanner = "SSH-2.0-";
constexpr std::string_view kOldBanner = "SSH-1.99-";  // speaks 2 as well (RFC 4253, 5.1)
constexpr std::size_t kBannerMaxBytes = 255;
constexpr std::uint32_t kPacketMaxBytes = 262144;
constexpr std::size_t kPacketHeaderBytes = 6;  // length, padding length, message number

/// Messages in clear but for keys have a sentence at most.
constexpr std::size_t kTextPacketMaxBytes = 256;
constexpr std::size_t kKexInitMaxBytes = 16384;

enum Message : std::uint8_t {
  kDebug = 4,
  kKexInit = 20,
  kNewKeys = 21,
  kFirstOfMethod = 30,
  kLastOfMethod = 49,
};

/// A cookie, ten lists of names, a flag and four zero bytes (RFC 4253, 7.1), padding behind them.
bool is_kex_init(std::string_view body) noexcept {
  constexpr std::size_t kNamesMaxBytes = 4096;
  ByteCursor in(as_bytes(body));
  in.skip(16);
  for (int list = 0; list < 10; ++list) {
    const std::uint32_t size = in.u32();
    if (size > kNamesMaxBytes) return false;
    const std::string_view names = as_text(in.take(size));
    if (std::any_of(names.begin(), names.end(), [](char c) { return c <= ' ' || c > '~'; }))
      return false;
  }
  const std::uint8_t guesses = in.u8();
  return guesses <= 1 && in.u32() == 0 && in.ok() && in.left() <= 255;
}

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : host_(host),
        channels_{CommandChannel(host, "ssh banner"), CommandChannel(host, "ssh banner")},
        streams_{Stream(host.flow().info.id * 4), Stream(host.flow().info.id * 4 + 1)} {}

  void on_data(Side side, Bytes bytes) noexcept override;
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override;
  void on_pause() noexcept override {}
  void on_close(flow::CloseReason) noexcept override {
    if (!given_away_ && !proven_) give_up();
    for (CommandChannel& each : channels_) each.end(ObjectEnd::complete);
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    std::uint64_t bytes = sizeof *this + channels_[0].held_bytes() + channels_[1].held_bytes();
    for (const Stream& each : streams_)
      bytes += heap_bytes(each.banner) + heap_bytes(each.kex_init) + heap_bytes(each.held);
    return bytes;
  }

 private:
  enum class Phase : std::uint8_t { banner, packets, encrypted };
  struct Stream {
    explicit Stream(std::uint64_t number) noexcept : sampler(number) {}
    Phase phase = Phase::banner;
    std::string banner;
    std::array<std::uint8_t, kPacketHeaderBytes> header{};
    std::size_t header_bytes = 0;
    std::size_t left_bytes = 0;
    std::uint8_t message = 0;
    CiphertextSampler sampler;
    std::string kex_init;
    std::string held;
  };

  /// False: this is no SSH at the front of `in`.
  bool take(Stream& mine, Bytes& in) noexcept;
  bool banner(Stream& mine, Bytes& in) noexcept;
  bool packet_body(Stream& mine, Bytes body) noexcept;
  void give_banner(Side side, Bytes bytes) noexcept;
  bool packet(Stream& mine, Bytes& in) noexcept;
  bool begin_packet(Stream& mine) noexcept;
  void prove() noexcept;
  void give_up() noexcept;

  StreamHost& host_;
  std::array<CommandChannel, 2> channels_;  // what is said in clear before anything else
  std::array<Stream, 2> streams_;
  bool proven_ = false;
  bool given_away_ = false;
};

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  Stream& mine = streams_[index(side)];
  const bool was_proven = proven_;
  const std::size_t banner_before = mine.banner.size();
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
    flow.account.claim(side, Column::encrypted, kReason,
                       bytes.size() - in.size() - (mine.banner.size() - banner_before));
  else
    flow.account.reopen(side, Column::encrypted, kReason, in.size());
  if (!fits) {
    given_away_ = true;
    for (CommandChannel& each : channels_) each.end(ObjectEnd::cut_short);
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
      mine.sampler.begin(in.size());
      if (!mine.sampler.feed(in)) return false;
      in = {};
      return true;
  }
  return false;
}

bool Parser::banner(Stream& mine, Bytes& in) noexcept {
  const std::size_t end = as_text(in).find('\n');
  const std::size_t size = end == std::string_view::npos ? in.size() : end + 1;
  if (mine.banner.size() + size > kBannerMaxBytes) return false;
  mine.banner += as_text(in.first(size));
  if (proven_) give_banner(&mine == &streams_[0] ? Side::client : Side::server, in.first(size));
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
  if (!packet_body(mine, in.first(size))) return false;
  mine.left_bytes -= size;
  in = in.subspan(size);
  if (mine.left_bytes > 0) return true;
  if (mine.message == kNewKeys) mine.phase = Phase::encrypted;
  if (mine.message != kKexInit) return true;
  const std::string kex_init = std::move(mine.kex_init);
  mine.kex_init.clear();
  if (!is_kex_init(kex_init)) return false;
  prove();
  return true;
}

bool Parser::packet_body(Stream& mine, Bytes body) noexcept {
  if (mine.message == kKexInit) {
    mine.kex_init += as_text(body);
    return true;
  }
  return mine.message < kFirstOfMethod || mine.sampler.feed(body);
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
  mine.left_bytes = length - 2;
  // Only transport and key exchange messages travel in clear.
  switch (mine.message) {
    case kKexInit: return mine.left_bytes <= kKexInitMaxBytes;
    case kNewKeys: return mine.left_bytes == padding;
    default: break;
  }
  if (mine.message >= kFirstOfMethod) {
    mine.sampler.begin(mine.left_bytes);
    return mine.message <= kLastOfMethod;
  }
  return mine.message >= 1 && mine.message <= kDebug && length <= kTextPacketMaxBytes;
}

void Parser::give_banner(Side side, Bytes bytes) noexcept {
  channels_[index(side)].data(side, bytes, {});
}

void Parser::prove() noexcept {
  if (proven_) return;
  proven_ = true;
  FlowContext& flow = host_.flow();
  flow.encryption.reason = kReason;
  flow.account.set_app(AppProtocol::named("ssh"));
  for (const Side side : {Side::client, Side::server}) {
    std::string& held = streams_[index(side)].held;
    const std::string& banner = streams_[index(side)].banner;
    flow.account.claim(side, Column::encrypted, kReason, held.size() - banner.size());
    give_banner(side, as_bytes(banner));
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
  mine.kex_init.clear();
  mine.sampler.skip(missing_bytes);
  if (mine.phase == Phase::packets && mine.message != kKexInit && mine.header_bytes == 0 &&
      missing_bytes <= mine.left_bytes) {
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
