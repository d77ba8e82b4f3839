#include "protocol/proxy/socks.h"

#include <algorithm>
#include <array>

#include "core/address.h"
#include "protocol/proxy/peeled_layer.h"

namespace outspan::protocol::proxy {
namespace {

constexpr std::uint8_t kVersion4 = 4, kVersion5 = 5;
constexpr std::uint8_t kUserPassword = 2, kAssignedMethodMax = 9, kPrivateMethodMin = 0x80;
constexpr std::uint8_t kLogInVersion = 1;
constexpr std::uint8_t kConnect = 1, kBind = 2;
constexpr std::uint8_t kGranted4 = 0x5a;
constexpr std::size_t kTextBytesMax = 255;

bool is_name(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

/// Address and port as SOCKS 5 has them (RFC 1928, section 5); the host's name or address.
bool take_host(ByteCursor& in, std::string& host) noexcept {
  const std::uint8_t type = in.u8();
  const std::size_t size = type == 1 ? 4 : type == 4 ? 16 : type == 3 ? in.u8() : 0;
  if (in.ok() && size == 0) return false;
  const Bytes bytes = in.take(size);
  in.skip(2);
  if (!in.ok()) return true;
  host = type == 3 ? std::string(as_text(bytes)) : IpAddress::from_bytes(bytes).to_string();
  return type != 3 || is_name(host);
}

using Answer = PeeledLayer::Answer;
using Exchanged = PeeledLayer::Exchanged;

/// Where only the client is seen, its data behind the request tells that it was granted.
bool granted_unseen(const std::array<Bytes, 2>& held, const ByteCursor& asks) noexcept {
  return held[1].empty() && asks.ok() && asks.left() > 0;
}

/// Version, command, port, address, user; with an address 0.0.0.x a host name follows (4a).
Answer read4(const std::array<Bytes, 2>& held, Exchanged& exchanged) noexcept {
  ByteCursor asks(held[0]), answers(held[1]);
  asks.skip(1);
  const std::uint8_t command = asks.u8();
  if (asks.ok() && command != kConnect && command != kBind) return Answer::other;
  asks.skip(2);
  const std::uint32_t address = asks.u32();
  const std::string_view user = asks.c_string();
  const bool named = address != 0 && address >> 8 == 0;
  const std::string_view name = named ? asks.c_string() : std::string_view();
  const std::uint8_t zero = answers.u8(), code = answers.u8();
  if (!held[1].empty() && (zero != 0 || (answers.ok() && code != kGranted4))) return Answer::other;
  answers.skip(6);
  if (!asks.ok()) return held[0].size() > 8 + 2 * kTextBytesMax ? Answer::other : Answer::more;
  if (!is_name(name) || !is_name(user)) return Answer::other;
  if (!answers.ok() && !granted_unseen(held, asks)) return Answer::more;
  exchanged.actor.user = user;
  exchanged.destination.hostname = named ? std::string(name) : IpAddress::v4(address).to_string();
  exchanged.bytes = {held[0].size() - asks.left(), held[1].size() - answers.left()};
  return Answer::whole;
}

/// RFC 1929. False: it is none, or was refused.
bool log_in(Bytes client, ByteCursor& asks, ByteCursor& answers, Exchanged& exchanged) noexcept {
  const std::uint8_t asked = asks.u8();
  exchanged.actor.user = as_text(asks.take(asks.u8()));
  exchanged.password_bytes = asks.u8();
  exchanged.password_begin = client.size() - asks.left();
  asks.skip(exchanged.password_bytes);
  const std::uint8_t answered = answers.u8(), status = answers.u8();
  return (!asks.ok() || asked == kLogInVersion) &&
         (!answers.ok() || (answered == kLogInVersion && status == 0));
}

/// RFC 1928, sections 4 and 6. BIND is answered twice.
Answer read_request5(const std::array<Bytes, 2>& held, ByteCursor& asks, ByteCursor& answers,
                     Exchanged& exchanged) noexcept {
  const std::uint8_t version = asks.u8(), command = asks.u8();
  asks.skip(1);
  if (!asks.ok()) return Answer::more;
  if (version != kVersion5 || (command != kConnect && command != kBind)) return Answer::other;
  if (!take_host(asks, exchanged.destination.hostname)) return Answer::other;
  for (int replies = command == kBind ? 2 : 1; replies > 0 && answers.ok(); --replies) {
    const std::uint8_t replied = answers.u8(), reply = answers.u8();
    answers.skip(1);
    std::string bound;
    if (answers.ok() && (replied != kVersion5 || reply != 0 || !take_host(answers, bound)))
      return Answer::other;
  }
  if (!asks.ok() || (!answers.ok() && !granted_unseen(held, asks))) return Answer::more;
  exchanged.bytes = {held[0].size() - asks.left(), held[1].size() - answers.left()};
  return Answer::whole;
}

Answer read5(const std::array<Bytes, 2>& held, Exchanged& exchanged) noexcept {
  ByteCursor asks(held[0]), answers(held[1]);
  asks.skip(1);
  const std::uint8_t count = asks.u8();
  if (asks.ok() && count == 0) return Answer::other;
  const Bytes methods = asks.take(count);
  if (!asks.ok()) return Answer::more;
  const bool known = std::all_of(methods.begin(), methods.end(), [](std::uint8_t method) {
    return method <= kAssignedMethodMax || method >= kPrivateMethodMin;
  });
  const std::uint8_t version = answers.u8();
  std::uint8_t method = answers.u8();
  if (!known || (!held[1].empty() && version != kVersion5)) return Answer::other;
  if (held[1].empty() && asks.left() > 0)  // by what the client says next
    method = asks.rest()[0] == kLogInVersion ? kUserPassword : 0;
  else if (!answers.ok())
    return Answer::more;
  if (method != 0 && method != kUserPassword) return Answer::other;
  if (method == kUserPassword && !log_in(held[0], asks, answers, exchanged)) return Answer::other;
  return read_request5(held, asks, answers, exchanged);
}

Answer read_exchange(const std::array<Bytes, 2>& held, Exchanged& exchanged) noexcept {
  if (held[0].empty()) return held[1].empty() ? Answer::more : Answer::other;
  switch (held[0][0]) {
    case kVersion4: return read4(held, exchanged);
    case kVersion5: return read5(held, exchanged);
    default: return Answer::other;
  }
}

class Parser final : public PeeledLayer {
 public:
  explicit Parser(StreamHost& host) noexcept : PeeledLayer(host, "socks", "socks session") {}

 private:
  Answer read(const std::array<Bytes, 2>& held, Exchanged& exchanged) noexcept override {
    return read_exchange(held, exchanged);
  }
};

}  // namespace

Claim recognise_socks(const Opening& opening) noexcept {
  if (opening.after_gap[0] || opening.after_gap[1]) return Claim::not_mine;
  Exchanged exchanged;
  switch (read_exchange(opening.bytes, exchanged)) {
    case Answer::whole: return Claim::mine;
    case Answer::more: return Claim::need_more;
    case Answer::other: break;
  }
  return Claim::not_mine;
}

std::unique_ptr<StreamParser> make_socks(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::proxy
