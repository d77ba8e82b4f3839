#include "protocol/proxy/peeled_layer.h"

#include "core/held_memory.h"
#include "protocol/shared/sasl.h"

namespace outspan::protocol::proxy {

void PeeledLayer::on_data(Side side, Bytes bytes) noexcept {
  if (gone_) return;
  held_[index(side)] += as_text(bytes);
  Exchanged exchanged;
  switch (read({as_bytes(held_[0]), as_bytes(held_[1])}, exchanged)) {
    case Answer::whole: return peel(exchanged);
    case Answer::other: return give_up();
    case Answer::more: break;
  }
  if (held_[index(side)].size() > std::size_t{host_.limits().header_kib} * 1024) give_up();
}

void PeeledLayer::peel(const Exchanged& exchanged) noexcept {
  gone_ = true;
  host_.flow().account.set_app(AppProtocol::named(name_));
  ObjectInfo info;
  info.actor = exchanged.actor;
  info.destination = exchanged.destination;
  // A sender chooses what stands there: what is longer than a password can be is content.
  const bool hides = exchanged.password_bytes <= CredentialAllowance::kPasswordBytesMax;
  const std::size_t hidden_bytes = hides ? exchanged.password_bytes : 0;
  std::array<Bytes, 2> rest;
  for (const Side side : {Side::client, Side::server}) {
    const Bytes all = as_bytes(held_[index(side)]);
    const std::size_t hidden = side == Side::client ? hidden_bytes : 0;
    const Bytes said = all.first(exchanged.bytes[index(side)]);
    const std::size_t begin = hidden == 0 ? said.size() : exchanged.password_begin;
    CommandChannel& channel = channels_[index(side)];
    channel.data(side, said.first(begin), info);
    host_.flow().account.claim(side, Column::skipped, "credentials", hidden);
    channel.data(side, said.subspan(begin + hidden), info);
    channel.end(ObjectEnd::complete);
    rest[index(side)] = all.subspan(said.size());
  }
  host_.carries(exchanged.actor, exchanged.destination);
  host_.restart(rest);
}

void PeeledLayer::give_up() noexcept {
  if (gone_) return;
  gone_ = true;
  host_.fall_back({as_bytes(held_[0]), as_bytes(held_[1])});
}

std::uint64_t PeeledLayer::held_bytes() const noexcept {
  return sizeof *this + heap_bytes(held_[0]) + heap_bytes(held_[1]) + channels_[0].held_bytes() +
         channels_[1].held_bytes();
}

}  // namespace outspan::protocol::proxy
