#include "protocol/tls/tls.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/held_memory.h"
#include "protocol/shared/ciphertext_sampler.h"
#include "protocol/tls/handshake.h"
#include "protocol/tls/hello.h"
#include "protocol/tls/ja.h"

namespace outspan::protocol::tls {
namespace {

constexpr const char* kReason = "tls";
constexpr std::size_t kHeaderBytes = 5;
/// RFC 5246, 6.2.3: 2^14 + 2,048.
constexpr std::size_t kRecordMaxBytes = 16384 + 2048;
/// A joined stream is proven by so many records in a row.
constexpr int kRecordsToProve = 3;
/// Bytes looked through for a record after a hole.
constexpr std::size_t kResyncMaxBytes = 4 * kRecordMaxBytes;

enum RecordType : std::uint8_t { kChangeCipher = 20, kAlert, kHandshake, kApplication, kHeartbeat };

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
  if (header.type == kChangeCipher) return header.size_bytes == 1;
  // An empty fragment is only allowed, and in use, for application data.
  return header.size_bytes > 0 || header.type == kApplication;
}

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : host_(host),
        streams_{Stream(host.flow().info.id * 4), Stream(host.flow().info.id * 4 + 2)} {}

  void on_data(Side side, Bytes bytes) noexcept override;
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override;
  void on_pause() noexcept override {
    for (Stream& each : streams_)
      if (each.readable) each.readable->pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    end_readable(ObjectEnd::complete);
    if (!given_away_ && !proven_) give_up();
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    std::uint64_t bytes = sizeof *this;
    for (const Stream& each : streams_)
      bytes += heap_bytes(each.beginning) + each.handshake.held_bytes() + heap_bytes(each.held) +
               held_by(each.readable);
    return bytes;
  }

 private:
  /// One direction.
  struct Stream {
    explicit Stream(std::uint64_t number) noexcept : handshake(number), sampler(number + 1) {}

    std::array<std::uint8_t, kHeaderBytes> header{};
    std::size_t header_bytes = 0;
    std::size_t refused_bytes = 0;  // of what was taken for a header before
    std::size_t record_bytes = 0;
    std::size_t left_bytes = 0;  // of the current record
    std::uint8_t type = 0;
    bool ciphered = false;  // handshakes and alerts are, too
    bool clear_record = false;
    std::string beginning;  // of a ciphered handshake record: a second hello is in clear
    HandshakeReader handshake;
    bool handshake_lost = false;  // a hole was in it: its messages cannot be told apart
    CiphertextSampler sampler;
    bool hello_over = false;
    bool lost = false;  // after a hole: where a record begins is not known
    std::size_t searched_bytes = 0;
    std::string held;  // everything, until the framing is proven
    std::unique_ptr<ObjectWriter> readable;
  };

  /// Takes records off the front of `in`. False: the framing is broken at its front.
  bool records(Side side, Bytes& in) noexcept;
  bool begin_record(Side side) noexcept;
  bool payload(Side side, Bytes part) noexcept;
  bool handshake(Side side, Bytes part) noexcept;
  bool ciphered_handshake(Side side, Bytes part) noexcept;
  bool readable(Side side, Bytes part) noexcept;
  void hello(std::uint8_t type, Bytes body) noexcept;
  void resync(Stream& stream, Bytes& in) noexcept;
  void prove() noexcept;
  /// The framing was never proven: all that was held is an unknown stream.
  void give_up() noexcept;
  void broken(Side side, Bytes rest) noexcept;
  void end_readable(ObjectEnd how) noexcept;
  [[nodiscard]] std::size_t held_bytes_max() const noexcept {
    return std::size_t{host_.limits().header_kib} * 1024;
  }
  Stream& stream(Side side) noexcept { return streams_[index(side)]; }

  StreamHost& host_;
  std::array<Stream, 2> streams_;
  struct AtHand {
    Side side = Side::client;
    std::size_t bytes = 0;
  };
  AtHand at_hand_;                    // in on_data
  std::uint64_t readable_bytes_ = 0;  // of the bytes at hand
  int records_seen_ = 0;
  bool proven_ = false;
  bool ciphertext_seen_ = false;
  bool refused_ = false;  // a hello that is none, or a suite that does not encrypt
  bool given_away_ = false;
  const char* anomaly_ = "tls_framing_broken";
};

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  Bytes in = bytes;
  readable_bytes_ = 0;
  if (!proven_) stream(side).held += as_text(bytes);
  at_hand_ = {side, bytes.size()};
  const bool whole = records(side, in);
  if (!proven_ && (!whole || refused_ || stream(side).held.size() > held_bytes_max()))
    return give_up();
  FlowAccount& account = host_.flow().account;
  if (refused_) {
    // All of it is read again.
    account.reopen(side, Column::inspected, nullptr, readable_bytes_);
    host_.flow().encryption.reason = nullptr;
    return broken(side, bytes);
  }
  // A break counts from its first byte.
  const std::size_t framed = bytes.size() - in.size();
  if (proven_) account.claim(side, Column::encrypted, kReason, framed - readable_bytes_);
  if (!whole) return broken(side, in);
  // Nothing more is needed of a side that is not inspected.
  if (proven_ && stream(side).hello_over && !host_.flow().inspected(side))
    host_.flow().unwanted[index(side)] = true;
}

bool Parser::records(Side side, Bytes& in) noexcept {
  Stream& mine = stream(side);
  while (!in.empty()) {
    if (mine.lost) {
      mine.sampler.begin(in.size());
      if (!mine.sampler.feed(in) || mine.searched_bytes > kResyncMaxBytes) return false;
      resync(mine, in);
      continue;
    }
    if (mine.left_bytes == 0) {
      const std::size_t take = std::min(kHeaderBytes - mine.header_bytes, in.size());
      const Bytes before = in;
      const std::size_t earlier = mine.header_bytes;
      std::copy_n(in.begin(), take, mine.header.begin() + mine.header_bytes);
      mine.header_bytes += take;
      in = in.subspan(take);
      if (mine.header_bytes < kHeaderBytes) return true;
      mine.header_bytes = 0;
      if (!begin_record(side)) {
        mine.refused_bytes = earlier;
        in = before;
        return false;
      }
      continue;
    }
    const Bytes part = in.first(std::min(mine.left_bytes, in.size()));
    const std::uint64_t read_before = readable_bytes_;
    if (!payload(side, part)) {
      // All of the part is read again, whatever of it was.
      host_.flow().account.reopen(side, Column::inspected, nullptr, readable_bytes_ - read_before);
      readable_bytes_ = read_before;
      return false;
    }
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
  mine.record_bytes = mine.left_bytes = header.size_bytes;
  mine.sampler.begin(header.size_bytes);
  mine.beginning.clear();
  mine.clear_record = false;
  // After the hello's flight nothing more of the handshake is needed.
  if (mine.type != kHandshake) ciphertext_seen_ = mine.hello_over = true;
  ++records_seen_;
  if (!proven_ && records_seen_ >= kRecordsToProve && mine.hello_over) prove();
  return true;
}

bool Parser::payload(Side side, Bytes part) noexcept {
  Stream& mine = stream(side);
  bool fits = true;
  switch (mine.type) {
    case kHandshake: return mine.ciphered ? ciphered_handshake(side, part) : handshake(side, part);
    case kChangeCipher: mine.ciphered = true; return part.front() == 1;
    case kAlert: {
      // A level and a description; ciphered ones are longer.
      const bool level = mine.record_bytes == 2 && mine.left_bytes == 2;
      fits = mine.record_bytes == 2 ? !level || part.front() == 1 || part.front() == 2
                                    : mine.sampler.feed(part);
      break;
    }
    default: fits = mine.sampler.feed(part);
  }
  if (!fits) anomaly_ = "tls_plaintext_in_record";
  return fits;
}

bool Parser::handshake(Side side, Bytes part) noexcept {
  Stream& mine = stream(side);
  if (mine.handshake_lost) return readable(side, part);
  while (!part.empty() && !refused_) {
    const Bytes before = part;
    const HandshakeReader::Piece piece = mine.handshake.next(part);
    switch (piece.kind) {
      case HandshakeReader::Kind::framing: break;
      case HandshakeReader::Kind::hello:
        hello(piece.type, piece.bytes);
        mine.hello_over = true;
        break;
      case HandshakeReader::Kind::readable:
        if (!readable(side, piece.bytes)) return false;
        break;
      case HandshakeReader::Kind::broken:
        // Joined in the middle, a side may begin with what is ciphered.
        if (mine.handshake.begun()) return false;
        mine.ciphered = mine.hello_over = true;
        return mine.sampler.feed(before);
    }
  }
  return true;
}

/// After HelloRetryRequest a hello follows in clear (RFC 8446, 4.1.4 and D.4).
bool Parser::ciphered_handshake(Side side, Bytes part) noexcept {
  constexpr std::size_t kHeader = 4;
  Stream& mine = stream(side);
  if (mine.clear_record) return handshake(side, part);
  if (mine.beginning.size() == kHeader) {
    if (mine.sampler.feed(part)) return true;
    anomaly_ = "tls_plaintext_in_record";
    return false;
  }
  const std::size_t size = std::min(kHeader - mine.beginning.size(), part.size());
  mine.beginning += as_text(part.first(size));
  part = part.subspan(size);
  if (mine.beginning.size() < kHeader) return true;
  ByteCursor cursor(as_bytes(mine.beginning));
  const std::uint8_t type = cursor.u8();
  mine.clear_record = (type == kClientHello || type == kServerHello) &&
                      cursor.u24() + kHeader == mine.record_bytes && !mine.handshake.in_message();
  const std::string beginning = mine.beginning;
  return ciphered_handshake(side, as_bytes(beginning)) &&
         (part.empty() || ciphered_handshake(side, part));
}

/// A certificate is in clear, and holds what its owner wrote into it.
bool Parser::readable(Side side, Bytes part) noexcept {
  if (!proven_) return false;
  Stream& mine = stream(side);
  readable_bytes_ += part.size();
  if (!host_.flow().inspected(side)) return true;
  if (!mine.readable) {
    ObjectInfo info;
    info.name = "tls certificates";
    mine.readable = host_.objects().begin(host_.flow(), side, std::move(info));
    mine.readable->begin_part({});
  }
  mine.readable->data(part);
  return true;
}

void Parser::end_readable(ObjectEnd how) noexcept {
  for (Stream& each : streams_) {
    if (!each.readable) continue;
    each.readable->end_part();
    each.readable->end(how);
    each.readable.reset();
  }
}

void Parser::hello(std::uint8_t type, Bytes body) noexcept {
  EncryptionInfo& encryption = host_.flow().encryption;
  if (type == kClientHello) {
    const auto parsed = parse_client_hello(body);
    if (!parsed) {
      refused_ = true;
      return;
    }
    encryption.names().server_name = parsed->server_name;
    encryption.names().ja3 = ja3(*parsed);
    encryption.names().ja4 = ja4(*parsed, HelloTransport::tcp);
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
  flow.encryption.reason = kReason;
  flow.account.set_app(AppProtocol::named("tls"));
  for (const Side side : {Side::client, Side::server}) {
    Stream& each = stream(side);
    const std::size_t at_hand = side == at_hand_.side ? at_hand_.bytes : 0;
    flow.account.claim(side, Column::encrypted, kReason, each.held.size() - at_hand);
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
  end_readable(ObjectEnd::cut_short);
  Stream& mine = stream(side);
  FlowContext& flow = host_.flow();
  flow.unwanted = {};
  flow.account.reopen(side, Column::encrypted, kReason, mine.refused_bytes);
  std::string all(as_text(Bytes(mine.header).first(mine.refused_bytes)));
  all += as_text(rest);
  std::array<Bytes, 2> left{};
  left[index(side)] = as_bytes(all);
  if (proven_ && !refused_ && !ciphertext_seen_) {
    // Decrypted by somebody who left the hello in front: SSLproxy, mirror ports of offloaders.
    flow.encryption.reason = nullptr;
    host_.restart(left);
    return;
  }
  flow.observer.on_anomaly(flow, side, {anomaly_, "the stream leaves TLS framing or encryption"});
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
  mine.handshake_lost |= !mine.ciphered && (mine.type == kHandshake || mine.handshake.in_message());
  if (mine.readable) mine.readable->gap(missing_bytes);
  if (mine.lost) return;
  if (mine.header_bytes == 0 && missing_bytes <= mine.left_bytes) {
    mine.left_bytes -= static_cast<std::size_t>(missing_bytes);
    mine.sampler.skip(missing_bytes);
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
