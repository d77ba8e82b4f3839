#include "protocol/tls/tls.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "marks/ciphertext.h"
#include "protocol/tls/hello.h"
#include "protocol/tls/ja.h"

namespace outspan::protocol::tls {
namespace {

constexpr std::size_t kHeaderBytes = 5;
/// RFC 5246, 6.2.3: 2^14 + 2,048.
constexpr std::size_t kRecordMaxBytes = 16384 + 2048;
/// Hellos are far smaller, even with post-quantum keys.
constexpr std::size_t kHandshakeMaxBytes = 65536;
/// A joined stream is proven by so many records in a row.
constexpr int kRecordsToProve = 3;
/// Bytes looked through for a record after a hole.
constexpr std::size_t kResyncMaxBytes = 4 * kRecordMaxBytes;

enum RecordType : std::uint8_t { kChangeCipher = 20, kAlert, kHandshake, kApplication, kHeartbeat };
enum HandshakeType : std::uint8_t { kClientHello = 1, kServerHello = 2 };

struct RecordHeader {
  std::uint8_t type = 0;
  std::size_t size_bytes = 0;
};

/// `bytes`: at least kHeaderBytes.
bool read_header(Bytes bytes, RecordHeader& header) noexcept {
  ByteCursor in(bytes);
  header.type = in.u8();
  const std::uint16_t version = in.u16();
  header.size_bytes = in.u16();
  if (header.type < kChangeCipher || header.type > kHeartbeat) return false;
  if (version < 0x0300 || version > 0x0304 || header.size_bytes > kRecordMaxBytes) return false;
  // An empty fragment is only allowed, and in use, for application data.
  return header.size_bytes > 0 || header.type == kApplication;
}

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
  /// One direction.
  struct Stream {
    std::array<std::uint8_t, kHeaderBytes> header{};
    std::size_t header_bytes = 0;
    std::size_t left_bytes = 0;  // of the current record
    std::uint8_t type = 0;
    marks::CiphertextSample sample;
    bool hello_over = false;
    bool lost = false;  // after a hole: where a record begins is not known
    std::size_t searched_bytes = 0;
    std::string handshake;  // up to the hello
    std::string held;       // everything, until the framing is proven
  };

  /// Takes records off the front of `in`. False: the framing is broken at its front.
  bool records(Side side, Bytes& in) noexcept;
  bool begin_record(Side side) noexcept;
  bool payload(Side side, Bytes part) noexcept;
  void handshake(Side side, Bytes part) noexcept;
  void hello(Side side, Bytes body) noexcept;
  void resync(Stream& stream, Bytes& in) noexcept;
  void prove() noexcept;
  /// The framing was never proven: all that was held is an unknown stream.
  void give_up() noexcept;
  void broken(Side side, Bytes rest) noexcept;
  [[nodiscard]] std::size_t held_bytes_max() const noexcept {
    return std::size_t{host_.limits().header_kib} * 1024;
  }
  Stream& stream(Side side) noexcept { return streams_[index(side)]; }

  StreamHost& host_;
  std::array<Stream, 2> streams_;
  int records_seen_ = 0;
  bool proven_ = false;
  bool refused_ = false;  // a hello that is none, or a suite that does not encrypt
  bool given_away_ = false;
  const char* anomaly_ = "tls_framing_broken";
};

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  Bytes in = bytes;
  const bool was_proven = proven_;
  if (!proven_) stream(side).held += as_text(bytes);
  const bool whole = records(side, in);
  if (!proven_ && (!whole || refused_ || stream(side).held.size() > held_bytes_max()))
    return give_up();
  FlowAccount& account = host_.flow().account;
  if (refused_) {
    if (!was_proven) account.move(side, Column::encrypted, Column::inspected, bytes.size());
    host_.flow().encryption.reason = nullptr;
    return broken(side, bytes);
  }
  // Bytes are charged to `inspected` before they come here; those in the framing are moved, so
  // that a break counts from its first byte.
  const std::size_t framed = bytes.size() - in.size();
  if (proven_ && was_proven)
    account.move(side, Column::inspected, Column::encrypted, framed);
  else if (proven_)
    account.move(side, Column::encrypted, Column::inspected, in.size());
  if (!whole) return broken(side, in);
  // Nothing more is needed of a side that is not inspected.
  if (proven_ && stream(side).hello_over && !host_.flow().inspected(side))
    host_.flow().unwanted[index(side)] = true;
}

bool Parser::records(Side side, Bytes& in) noexcept {
  Stream& mine = stream(side);
  while (!in.empty()) {
    if (mine.lost) {
      if (!marks::may_be_ciphertext(in) || mine.searched_bytes > kResyncMaxBytes) return false;
      resync(mine, in);
      continue;
    }
    if (mine.left_bytes == 0) {
      const std::size_t take = std::min(kHeaderBytes - mine.header_bytes, in.size());
      const Bytes before = in;
      std::copy_n(in.begin(), take, mine.header.begin() + mine.header_bytes);
      mine.header_bytes += take;
      in = in.subspan(take);
      if (mine.header_bytes < kHeaderBytes) return true;
      mine.header_bytes = 0;
      if (!begin_record(side)) {
        in = before;
        return false;
      }
      continue;
    }
    const Bytes part = in.first(std::min(mine.left_bytes, in.size()));
    if (!payload(side, part)) return false;
    mine.left_bytes -= part.size();
    in = in.subspan(part.size());
    if (refused_) return true;
  }
  return true;
}

bool Parser::begin_record(Side side) noexcept {
  Stream& mine = stream(side);
  RecordHeader header;
  if (!read_header(mine.header, header)) return false;
  mine.type = header.type;
  mine.left_bytes = header.size_bytes;
  mine.sample.next_frame();
  // After the hello's flight nothing more of the handshake is needed.
  if (mine.type != kHandshake) mine.hello_over = true;
  ++records_seen_;
  if (!proven_ && records_seen_ >= kRecordsToProve && mine.hello_over) prove();
  return true;
}

bool Parser::payload(Side side, Bytes part) noexcept {
  Stream& mine = stream(side);
  if (mine.type == kHandshake && !mine.hello_over) handshake(side, part);
  if (mine.type == kApplication && !mine.sample.feed(part)) {
    anomaly_ = "tls_plaintext_in_record";
    return false;
  }
  return true;
}

void Parser::handshake(Side side, Bytes part) noexcept {
  Stream& mine = stream(side);
  mine.handshake += as_text(part);
  ByteCursor in(as_bytes(mine.handshake));
  const std::uint8_t type = in.u8();
  const std::uint32_t size = in.u24();
  if (!in.ok()) return;
  if ((type != kClientHello && type != kServerHello) || size > kHandshakeMaxBytes) {
    mine.hello_over = true;
    mine.handshake.clear();
    return;
  }
  if (in.left() < size) return;
  hello(side, in.take(size));
  mine.hello_over = true;
  mine.handshake.clear();
  mine.handshake.shrink_to_fit();
}

void Parser::hello(Side side, Bytes body) noexcept {
  const auto type = static_cast<std::uint8_t>(stream(side).handshake.front());
  EncryptionInfo& encryption = host_.flow().encryption;
  if (type == kClientHello) {
    const auto parsed = parse_client_hello(body);
    if (!parsed) {
      refused_ = true;
      return;
    }
    encryption.server_name = parsed->server_name;
    encryption.ja3 = ja3(*parsed);
    encryption.ja4 = ja4(*parsed, HelloTransport::tcp);
    prove();
    return;
  }
  const auto parsed = parse_server_hello(body);
  if (!parsed) {
    refused_ = true;
    return;
  }
  if (is_null_cipher(parsed->cipher)) {
    anomaly_ = "tls_null_cipher";
    refused_ = true;
    return;
  }
  prove();
}

void Parser::prove() noexcept {
  if (proven_) return;
  proven_ = true;
  FlowContext& flow = host_.flow();
  flow.encryption.reason = "tls";
  flow.account.set_app(AppProtocol::named("tls"));
  for (const Side side : {Side::client, Side::server}) {
    Stream& each = stream(side);
    flow.account.move(side, Column::inspected, Column::encrypted, each.held.size());
    each.held.clear();
    each.held.shrink_to_fit();
  }
}

void Parser::give_up() noexcept {
  given_away_ = true;
  host_.fall_back({as_bytes(streams_[0].held), as_bytes(streams_[1].held)});
}

void Parser::broken(Side side, Bytes rest) noexcept {
  given_away_ = true;
  FlowContext& flow = host_.flow();
  flow.unwanted = {};
  flow.observer.on_anomaly(flow, side, {anomaly_, "the stream leaves TLS framing or encryption"});
  std::array<Bytes, 2> left{};
  left[index(side)] = rest;
  host_.fall_back(left);
}

/// Looks for a record header that a second one follows, or that ends the segment.
void Parser::resync(Stream& mine, Bytes& in) noexcept {
  for (std::size_t at = 0; at + kHeaderBytes <= in.size(); ++at) {
    RecordHeader header;
    if (!read_header(in.subspan(at), header)) continue;
    const std::size_t next = at + kHeaderBytes + header.size_bytes;
    RecordHeader following;
    const bool followed = next == in.size() || (next + kHeaderBytes <= in.size() &&
                                                read_header(in.subspan(next), following));
    if (!followed) continue;
    mine.lost = false;
    mine.searched_bytes = 0;
    in = in.subspan(at);
    return;
  }
  mine.searched_bytes += in.size();
  in = {};
}

void Parser::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (given_away_) return;
  if (!proven_) {
    // What is held and what follows do not belong together.
    give_up();
    return;
  }
  Stream& mine = stream(side);
  mine.hello_over = true;
  mine.handshake.clear();
  if (mine.lost) return;
  if (mine.header_bytes == 0 && missing_bytes <= mine.left_bytes) {
    mine.left_bytes -= static_cast<std::size_t>(missing_bytes);
    return;
  }
  mine.header_bytes = 0;
  mine.left_bytes = 0;
  mine.lost = true;
  mine.searched_bytes = 0;
}

/// One side's bytes as TLS. A hello must look like one; anything else must be a record at least.
Claim recognise_side(Bytes bytes) noexcept {
  const std::size_t size = bytes.size();
  if (size >= 1 && (bytes[0] < kChangeCipher || bytes[0] > kApplication)) return Claim::not_mine;
  if (size >= 2 && bytes[1] != 3) return Claim::not_mine;
  if (size < kHeaderBytes) return Claim::need_more;
  RecordHeader header;
  if (!read_header(bytes, header)) return Claim::not_mine;
  if (header.type == kChangeCipher && header.size_bytes != 1) return Claim::not_mine;
  return Claim::mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  bool more = false;
  for (const Bytes bytes : opening.bytes) {
    if (bytes.empty()) continue;
    const Claim claim = recognise_side(bytes);
    if (claim != Claim::need_more) return claim;
    more = true;
  }
  return more ? Claim::need_more : Claim::not_mine;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::tls
