#include "protocol/proxy/proxy_header.h"

#include <array>
#include <optional>

#include "core/address.h"
#include "protocol/proxy/peeled_layer.h"

namespace outspan::protocol::proxy {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLineBeginnings[] = {"PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN"};
constexpr std::size_t kLineBytesMax = 107;  // section 2.1
constexpr std::string_view kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;

/// The next word; `line` is what follows its blank.
std::string_view take_word(std::string_view& line) noexcept {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::string address_text(Bytes bytes) { return IpAddress::from_bytes(bytes).to_string(); }

class Parser final : public PeeledLayer {
 public:
  explicit Parser(StreamHost& host) noexcept : PeeledLayer(host, "proxy", "proxy header") {}

 private:
  Answer read(const std::array<Bytes, 2>& held, Exchanged& exchanged) noexcept override {
    // Whoever opened the connection; where that was not seen, the server may seem to speak.
    const std::size_t side = held[0].empty() ? 1 : 0;
    const std::string_view text = as_text(held[side]);
    return text.starts_with('P') ? read_line(text, exchanged, exchanged.bytes[side])
                                 : read_binary(held[side], exchanged, exchanged.bytes[side]);
  }

  static Answer read_line(std::string_view text, Exchanged& exchanged, std::size_t& size) noexcept {
    const std::size_t end = text.substr(0, kLineBytesMax).find("\r\n");
    if (end == std::string_view::npos)
      return text.size() < kLineBytesMax ? Answer::more : Answer::other;
    size = end + 2;
    std::string_view line = text.substr(0, end);
    take_word(line);
    if (take_word(line) == "UNKNOWN") return Answer::whole;
    const auto source = IpAddress::parse(take_word(line));
    if (!source || !IpAddress::parse(take_word(line))) return Answer::other;
    exchanged.actor.address = source->to_string();
    return Answer::whole;
  }

  /// Section 2.2: signature, version and command, family and protocol, length, addresses, TLVs.
  static Answer read_binary(Bytes bytes, Exchanged& exchanged, std::size_t& size) noexcept {
    ByteCursor in(bytes);
    const std::string_view signature = as_text(in.take(kSignature.size()));
    const std::uint8_t version = in.u8(), family = in.u8();
    const Bytes block = in.take(in.u16());
    if (!in.ok()) return Answer::more;
    if (signature != kSignature || version >> 4 != 2) return Answer::other;
    size = bytes.size() - in.left();
    const bool proxied = (version & 15) == 1;
    const std::size_t address_bytes = family >> 4 == 1 ? 4 : family >> 4 == 2 ? 16 : 0;
    if (proxied && address_bytes != 0 && block.size() >= 2 * address_bytes)
      exchanged.actor.address = address_text(block.first(address_bytes));
    return Answer::whole;
  }
};

Claim judge(std::string_view text) noexcept {
  bool more = false;
  for (const std::string_view beginning :
       {kLineBeginnings[0], kLineBeginnings[1], kLineBeginnings[2], kSignature}) {
    if (text.starts_with(beginning)) return Claim::mine;
    more = more || beginning.starts_with(text);
  }
  return more ? Claim::need_more : Claim::not_mine;
}

}  // namespace

Claim recognise_header(const Opening& opening) noexcept {
  Claim claim = Claim::not_mine;
  for (std::size_t side = 0; side < 2; ++side) {
    if (opening.bytes[side].empty() || opening.after_gap[side]) continue;
    const Claim one = judge(as_text(opening.bytes[side]));
    if (one == Claim::mine) return one;
    if (one == Claim::need_more) claim = one;
  }
  return claim;
}

std::unique_ptr<StreamParser> make_header(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::proxy
