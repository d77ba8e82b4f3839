#include "protocol/shared/command_parser.h"

#include <utility>

namespace outspan::protocol {

CommandParser::CommandParser(StreamHost& host, const char* protocol, std::string_view session,
                             std::size_t line_bytes_max) noexcept
    : host_(host),
      channels_{CommandChannel(host, session), CommandChannel(host, session)},
      client_lines_(line_bytes_max),
      server_lines_(line_bytes_max) {
  host.flow().account.set_app(AppProtocol::named(protocol));
}

void CommandParser::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  if (!std::exchange(roles_known_, true)) client_ = client_of(side, bytes.front());
  if (side == client_)
    client_bytes(bytes);
  else
    server_bytes(bytes);
}

void CommandParser::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (given_away_) return;
  if (tls_.is_due()) return give_away(side, {});
  end_unfinished_line(side);
  channel(side).gap(missing_bytes);
  lose(side, missing_bytes);
}

void CommandParser::on_pause() noexcept {
  for (CommandChannel& each : channels_) each.pause();
}

void CommandParser::on_close(flow::CloseReason) noexcept {
  if (given_away_) return;
  end();
  for (CommandChannel& each : channels_) each.end(ObjectEnd::complete);
}

void CommandParser::end() noexcept {
  for (const Side each : {Side::client, Side::server}) end_unfinished_line(each);
}

void CommandParser::learn() noexcept {
  const ObjectInfo known = info();
  for (CommandChannel& each : channels_) each.learn(known);
}

void CommandParser::give_away(Side side, Bytes rest) noexcept {
  given_away_ = true;
  end();
  for (CommandChannel& each : channels_) each.end(ObjectEnd::complete);
  std::array<Bytes, 2> left{};
  left[index(side)] = rest;
  host_.restart(left);
}

std::uint64_t CommandParser::held_bytes() const noexcept {
  return channels_[0].held_bytes() + channels_[1].held_bytes() + client_lines_.held_bytes() +
         server_lines_.held_bytes();
}

}  // namespace outspan::protocol
