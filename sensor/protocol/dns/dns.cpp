#include "protocol/dns/dns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/held_memory.h"
#include "protocol/dns/domains.h"
#include "protocol/dns/message.h"
#include "protocol/raw/raw.h"
#include "protocol/shared/covert_channel.h"
#include "text/ascii.h"

namespace outspan::protocol::dns {
namespace {

/// Of iodine's packets that go past DNS.
constexpr std::string_view kIodineRaw = "\x10\xd1\x9e";

bool is_iodine_raw(Bytes datagram) noexcept { return as_text(datagram).starts_with(kIodineRaw); }

class Parser final : public DatagramParser {
 public:
  explicit Parser(ParserHost& host) noexcept
      : host_(host), raw_(host.flow(), host.objects(), "dns messages"), channel_(host.flow()) {}

  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (is_iodine_raw(bytes)) return take_iodine(side, bytes);
    const auto message = parse(bytes);
    if (!message) return false;
    host_.flow().account.set_app(AppProtocol::named("dns"));
    raw_.datagram(side, bytes);
    const FlowContext& flow = host_.flow();
    const bool inspected = flow.inspected(Side::client) || flow.inspected(Side::server);
    if (inspected && !flow.branch) look_at(side, *message, bytes.size());
    return true;
  }
  void on_pause() noexcept override { raw_.pause(); }
  void on_close(flow::CloseReason reason) noexcept override {
    if (key_) leave();
    channel_.close(key_ ? "names below " + key_->second : "iodine");
    raw_.close(reason == flow::CloseReason::evicted ? ObjectEnd::cut_short : ObjectEnd::complete);
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this - sizeof raw_ + raw_.held_bytes() + (key_ ? heap_bytes(key_->second) : 0);
  }

 private:
  void look_at(Side side, const Message& message, std::uint64_t bytes) noexcept;
  void judge(Domain& domain, Side side) noexcept;
  void search(Domain& domain) noexcept;
  void leave() noexcept;
  bool take_iodine(Side side, Bytes bytes) noexcept;

  ParserHost& host_;
  RawScan raw_;
  CovertChannel channel_;
  std::optional<Domains::Key> key_;      // of the last message
  std::array<std::uint64_t, 2> seen_{};  // bytes of its domain in this flow, by side
  bool iodine_reported_ = false;
};

void Parser::look_at(Side side, const Message& message, std::uint64_t bytes) noexcept {
  const Side asking = message.response ? opposite(side) : side;
  const FlowInfo& info = host_.flow().info;
  const std::size_t registered = registered_labels(message.labels);
  std::string name;
  for (std::size_t i = message.labels.size() - registered; i < message.labels.size(); ++i)
    name.append(name.empty() ? "" : ".").append(message.labels[i]);
  Domains::Key key{info.ends[index(asking)].address, text::lower_case(name)};
  if (key_ && *key_ != key) leave();
  key_ = std::move(key);
  Domains& domains = host_.shared().get<Domains>();
  Domain& domain = domains.of(*key_);
  domain.last_flow = info.id;
  if (message.response)
    domain.answer(message);
  else
    domain.ask(message, registered);
  seen_[index(side)] += bytes;
  judge(domain, side);
  const auto& joined = domain.joined();
  if (std::any_of(joined.begin(), joined.end(), [](const auto& each) { return each.full(); }))
    search(domain);
  domains.changed(domain);
}

void Parser::judge(Domain& domain, Side side) noexcept {
  if (!domain.has_shape_of_tunnel()) return;
  if (!std::exchange(domain.reported, true)) {
    channel_.report(side, "questions about names carry data, as a tunnel through DNS does");
    domain.sealed = !domain.readable();
  }
  if (!domain.sealed) return;
  for (const Side each : {Side::client, Side::server})
    channel_.set_aside(each, std::exchange(seen_[index(each)], 0));
}

/// Names are what the asking side sends, texts what the other one does.
void Parser::search(Domain& domain) noexcept {
  const FlowContext& flow = host_.flow();
  const Side asking =
      flow.info.ends[index(Side::client)].address == key_->first ? Side::client : Side::server;
  if (domain.reported) domain.sealed = !domain.readable();
  for (std::size_t kind = 0; kind < Domain::kKinds; ++kind) {
    JoinedPieces& pieces = domain.joined()[kind];
    const Side from = kind + 1 == Domain::kKinds ? opposite(asking) : asking;
    if (pieces.worthwhile() && flow.inspected(from))
      for (std::size_t i = 0; i < pieces.texts().size(); ++i)
        raw_.beside(from, JoinedPieces::kNames[i], as_bytes(pieces.texts()[i]));
    pieces.searched();
  }
}

/// No more comes in this flow below the name; in another one it may.
void Parser::leave() noexcept {
  auto& domains = host_.shared().get<Domains>();
  Domain* domain = domains.find(*key_);
  if (domain == nullptr || domain->last_flow != host_.flow().info.id) return;
  domain->finish();
  search(*domain);
  domains.changed(*domain);
  seen_ = {};
}

bool Parser::take_iodine(Side side, Bytes bytes) noexcept {
  host_.flow().account.set_app(AppProtocol::named("iodine"));
  raw_.datagram(side, bytes);
  if (!std::exchange(iodine_reported_, true))
    channel_.report(side, "iodine, a tunnel that goes past DNS");
  channel_.set_aside(side, bytes.size());
  return true;
}

}  // namespace

bool recognise(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == ip_protocol::kUdp &&
         (is_iodine_raw(datagram) || parse(datagram).has_value());
}

std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::dns
