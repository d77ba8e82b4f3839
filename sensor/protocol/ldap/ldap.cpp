#include "protocol/ldap/ldap.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/held_memory.h"
#include "protocol/ldap/branch.h"
#include "protocol/ldap/message.h"
#include "protocol/ldap/values.h"
#include "protocol/shared/bounded_table.h"
#include "protocol/shared/either_role.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/shared/row_writer.h"
#include "protocol/shared/sasl.h"
#include "protocol/shared/sealed_messages.h"

namespace outspan::protocol::ldap {
namespace {

constexpr std::size_t kSearchesMax = 256;
constexpr std::size_t kNameBytesMax = 255;
constexpr std::uint8_t kTlsHandshake = 0x16;
constexpr std::uint8_t kOctets = 0x04, kSimple = 0x80, kSasl = 0xa3;
/// Of a message that is longer than is collected.
constexpr std::size_t kBeginBytes = 512;
constexpr const char* kSealed = "sasl";

/// What both sides know.
struct Session {
  std::string user;
  BoundedTable<std::uint32_t, std::string> bases{kSearchesMax};  ///< of searches, by their number
  CredentialAllowance allowance;
};

/// What one side sends.
class HalfConnection {
 public:
  HalfConnection(StreamHost& host, Session& session, Side side) noexcept
      : host_(host),
        session_(session),
        side_(side),
        reader_(read_header, kBeginBytes, kWholeBytesMax),
        rows_(host, side),
        other_(host, side, "ldap messages"),
        sealed_messages_(host, side, kSealed, other_),
        values_(rows_, other_) {}

  /// False: TLS begins with `rest`, the part that was not read.
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept {
    rows_.pause();
    other_.pause();
  }
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return sizeof *this + reader_.held_bytes() + rows_.held_bytes() + other_.held_bytes() +
           values_.held_bytes();
  }

 private:
  void piece(const MessageReader::Piece& piece) noexcept;
  void begin(Bytes beginning, std::uint64_t left) noexcept;
  void go_on(Bytes bytes, bool last) noexcept;
  void bind(const Head& head, Bytes message) noexcept;
  bool hides(std::string_view mechanism, Bytes secret) noexcept;
  void begin_sealed(Bytes beginning, std::uint64_t left) noexcept;
  void begin_rows(const Head& head) noexcept;

  StreamHost& host_;
  Session& session_;
  const Side side_;
  MessageReader reader_;
  bool in_step_ = false;
  bool sealed_ = false;  // the message that comes
  SaslExchange exchange_;
  RowWriter rows_;
  LooseObject other_;
  SealedMessages sealed_messages_;
  Values values_;
};

bool HalfConnection::data(Bytes bytes, Bytes& rest) noexcept {
  while (!bytes.empty()) {
    if (!in_step_) {
      in_step_ = find_step(bytes, find_message, [this](Bytes other) { other_.data(other); });
      continue;
    }
    if (reader_.idle() && bytes[0] == kTlsHandshake) {
      rest = bytes;
      return false;
    }
    piece(reader_.next(bytes));
  }
  rows_.flush();
  return true;
}

void HalfConnection::piece(const MessageReader::Piece& piece) noexcept {
  using Kind = MessageReader::Piece::Kind;
  switch (piece.kind) {
    case Kind::none: return;
    case Kind::whole:
    case Kind::begin: return begin(piece.bytes, piece.left);
    case Kind::more: return go_on(piece.bytes, piece.left == 0);
    case Kind::damaged: return other_.data(piece.bytes);
    case Kind::invalid: in_step_ = false; return other_.data(piece.bytes);
  }
}

void HalfConnection::begin(Bytes beginning, std::uint64_t left) noexcept {
  const bool whole = left == 0;
  sealed_ = is_sealed(beginning);
  if (sealed_) return begin_sealed(beginning, left);
  const Head head = read_head(beginning);
  if (head.operation == static_cast<std::uint8_t>(Operation::bind) && whole)
    return bind(head, beginning);
  if (head.operation == static_cast<std::uint8_t>(Operation::search)) {
    ByteCursor in(head.contents);
    const Element base = take_header(in);
    const bool cut = base.bytes > in.left();
    const std::string_view name = as_text(in.take(cut ? 0 : static_cast<std::size_t>(base.bytes)));
    session_.bases.put(head.number, std::string(branch_of(name)));
  }
  if (!host_.flow().inspected(side_)) return;
  begin_rows(head);
  go_on(beginning, whole);
}

void HalfConnection::begin_rows(const Head& head) noexcept {
  ObjectInfo info;
  info.actor.user = session_.user;
  switch (static_cast<Operation>(head.operation)) {
    case Operation::entry: {
      const std::string* const base = session_.bases.find(head.number);
      info.name = base == nullptr || base->empty() ? "SEARCH" : "SEARCH " + *base;
      if (base != nullptr) info.source = *base;
      break;
    }
    case Operation::add: info.name = "ADD"; break;
    case Operation::modify: info.name = "MODIFY"; break;
    default:
      if (rows_.active()) return;
      info.name = "ldap session";
      break;
  }
  rows_.begin(info);
}

void HalfConnection::go_on(Bytes bytes, bool last) noexcept {
  if (sealed_) return sealed_messages_.data(bytes);
  if (!host_.flow().inspected(side_)) return;
  values_.data(bytes);
  if (last) values_.end();
}

/// Version, name, and either a password or a mechanism with its response (RFC 4511, 4.2).
void HalfConnection::bind(const Head& head, Bytes message) noexcept {
  ByteCursor in(head.contents);
  const Element version = take_header(in);
  in.skip(static_cast<std::size_t>(version.bytes));
  const Element name = take_header(in);
  const std::string_view user = as_text(in.take(static_cast<std::size_t>(name.bytes)));
  const Element kind = take_header(in);
  Bytes secret = in.take(static_cast<std::size_t>(std::min<std::uint64_t>(kind.bytes, in.left())));
  if (in.ok() && name.tag == kOctets && !user.empty())
    session_.user = std::string(user.substr(0, kNameBytesMax));
  if (!host_.flow().inspected(side_) && kind.tag != kSasl) return;
  std::string mechanism;
  if (kind.tag == kSasl) {
    ByteCursor sasl(secret);
    mechanism = std::string(as_text(sasl.take(static_cast<std::size_t>(take_header(sasl).bytes))));
    const Element response = take_header(sasl);
    secret = sasl.take(static_cast<std::size_t>(response.bytes));
  }
  begin_rows(head);
  const bool known = in.ok() && !secret.empty() && (kind.tag == kSimple || kind.tag == kSasl);
  if (!known || !hides(mechanism, secret)) return go_on(message, true);
  const auto before = static_cast<std::size_t>(secret.data() - message.data());
  values_.data(message.first(before));
  values_.end();
  host_.flow().account.claim(side_, Column::skipped, "credentials", secret.size());
  other_.data(message.subspan(before + secret.size()));
}

/// A password, or what its mechanism's responses look like; the user's name may be in there.
bool HalfConnection::hides(std::string_view mechanism, Bytes secret) noexcept {
  if (mechanism.empty())
    return secret.size() <= CredentialAllowance::kPasswordBytesMax &&
           session_.allowance.take(secret.size());
  exchange_.begin(mechanism, {});
  if (exchange_.decoded(as_text(secret)) == SaslExchange::Outcome::not_credentials ||
      !session_.allowance.take(secret.size()))
    return false;
  if (!exchange_.user().empty()) session_.user = exchange_.user();
  return true;
}

/// A security layer's header or signature has 16 bytes (RFC 4121, 4.2.6.2; MS-NLMP, 2.2.2.9). Where
/// a message follows it, the buffer is signed and not sealed.
void HalfConnection::begin_sealed(Bytes beginning, std::uint64_t left) noexcept {
  constexpr std::size_t kLengthBytes = 4, kSignatureBytes = 16;
  host_.flow().account.framing(side_, kLengthBytes);
  const Bytes body = beginning.subspan(kLengthBytes);
  if (body.size() > kSignatureBytes) {
    const Head head = read_head(body.subspan(kSignatureBytes));
    if (is_request(head.operation) || is_response(head.operation)) {
      sealed_ = false;
      other_.data(body.first(kSignatureBytes));
      if (!host_.flow().inspected(side_)) return;
      begin_rows(head);
      return go_on(body.subspan(kSignatureBytes), left == 0);
    }
  }
  sealed_messages_.begin(body.size() + left);
  sealed_messages_.data(body);
}

void HalfConnection::gap(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const bool was_in_step = in_step_;
  const Gap kind = reader_.gap(missing_bytes);
  if (kind == Gap::inside) {
    if (sealed_)
      sealed_messages_.gap(missing_bytes);
    else
      values_.gap(missing_bytes);
    if (reader_.idle()) values_.end();
    return;
  }
  values_.end();
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  other_.gap(missing_bytes);
  rows_.gap(missing_bytes);
  in_step_ = was_in_step && kind == Gap::damages;
}

void HalfConnection::close() noexcept {
  values_.end();
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  rows_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
}

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : host_(host),
        sides_{HalfConnection(host, session_, Side::client),
               HalfConnection(host, session_, Side::server)} {
    host.flow().account.set_app(AppProtocol::named("ldap"));
  }

  void on_data(Side side, Bytes bytes) noexcept override {
    if (given_away_ || bytes.empty()) return;
    if (!std::exchange(begun_, true)) find_roles(side, bytes);
    Bytes rest;
    if (sides_[index(side)].data(bytes, rest)) return;
    given_away_ = true;
    for (HalfConnection& each : sides_) each.close();
    std::array<Bytes, 2> left{};
    left[index(side)] = rest;
    host_.restart(left);
  }
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    if (!given_away_) sides_[index(side)].gap(missing_bytes);
  }
  void on_pause() noexcept override {
    for (HalfConnection& each : sides_) each.pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    if (given_away_) return;
    for (HalfConnection& each : sides_) each.close();
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    constexpr std::uint64_t kSearchBytes = 160;
    return sizeof *this + sides_[0].held_bytes() + sides_[1].held_bytes() +
           session_.bases.size() * kSearchBytes;
  }

 private:
  /// An answer needs its request for its name, a request needs nothing.
  void find_roles(Side side, Bytes bytes) noexcept {
    const std::size_t at = find_message(bytes);
    const std::uint8_t operation = read_head(bytes.subspan(at)).operation;
    const bool asks = is_request(operation);
    if (!asks && !is_response(operation)) return;
    const Side server = asks ? opposite(side) : side;
    FlowContext& flow = host_.flow();
    if (!flow.inspected(server)) flow.unwanted[index(server)] = true;
  }

  StreamHost& host_;
  Session session_;
  bool begun_ = false;
  bool given_away_ = false;
  std::array<HalfConnection, 2> sides_;
};

/// `joined`: the bytes may begin within a message.
Claim recognise_side(Bytes bytes, bool joined) noexcept {
  constexpr std::size_t kHeadBytesMin = 7;
  if (bytes.empty()) return Claim::not_mine;
  const std::size_t at = find_message(bytes);
  if (at == 0 || (joined && at < bytes.size())) return Claim::mine;
  const bool may_begin = read_header(bytes).kind != MessageReader::Header::Kind::invalid;
  return bytes[0] == 0x30 && bytes.size() < kHeadBytesMin && may_begin ? Claim::need_more
                                                                       : Claim::not_mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  return claim_of_any_side(opening, recognise_side);
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::ldap
