#include "tests/templates/datagram_protocol.h"

#include <optional>
#include <string>
#include <string_view>

namespace outspan::protocol::beacon {
namespace {

constexpr std::string_view kMark = "BCN1";

struct Message {
  std::string_view hostname;
  std::string_view text;
};

/// nullopt: it is none. Lengths are the sender's word: ByteCursor refuses what is not there.
std::optional<Message> parse(Bytes datagram) noexcept {
  ByteCursor in(datagram);
  if (as_text(in.take(kMark.size())) != kMark) return std::nullopt;
  Message message;
  message.hostname = as_text(in.take(in.u8()));
  message.text = as_text(in.rest());
  return in.ok() ? std::optional(message) : std::nullopt;
}

class Parser final : public DatagramParser {
 public:
  explicit Parser(ParserHost& host) noexcept : host_(host) {}

  bool on_datagram(Side side, Bytes bytes) noexcept override {
    const auto message = parse(bytes);
    if (!message) return false;
    host_.flow().account.set_app(AppProtocol::named("beacon"));
    if (!host_.flow().inspected(side)) return true;
    ObjectInfo info;
    info.name = "beacon";
    info.actor.hostname = message->hostname;
    const auto writer = host_.objects().begin(host_.flow(), side, std::move(info));
    // All of it: a name may be a customer's, and a length may lie.
    writer->begin_part({});
    writer->data(bytes);
    writer->end_part();
    writer->end(ObjectEnd::complete);
    return true;
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override { return sizeof *this; }

 private:
  ParserHost& host_;
};

}  // namespace

bool recognise(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == ip_protocol::kUdp && parse(datagram).has_value();
}

std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::beacon
