#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>

#include "protocol/parser.h"
#include "tests/protocol/fuzz_host.h"

namespace outspan::protocol::fuzz {

/// Reads the input as a conversation: steps of a byte (bit 0: side, bit 1: hole), a length of two
/// bytes, and the data. The ledger must add up whatever comes.
inline void converse(Claim (*recognise)(const Opening&) noexcept,
                     std::unique_ptr<StreamParser> (*make)(StreamHost&) noexcept, Bytes input) {
  Host host;
  static_cast<void>(recognise({host.flow(), {input, Bytes()}, {}}));
  static_cast<void>(recognise({host.flow(), {Bytes(), input}, {}}));
  host.parser = make(host);
  std::uint64_t sent = 0;
  ByteCursor in(input);
  while (in.left() > 0 && !host.left) {
    const std::uint8_t control = in.u8();
    const std::size_t size = in.u16();
    const Side side = (control & 1) != 0 ? Side::server : Side::client;
    if ((control & 2) != 0) {
      host.account.charge(side, Column::lost, "loss", size);
      host.parser->on_gap(side, size);
      sent += size;
      continue;
    }
    const Bytes taken = in.take(std::min(size, in.left()));
    const std::string copy(as_text(taken));  // exact bounds for ASan
    host.account.deliver(side, copy.size());
    host.parser->on_data(side, as_bytes(copy));
    sent += copy.size();
  }
  if (!host.left) host.parser->on_close(flow::CloseReason::fin);
  for (const Side side : {Side::client, Side::server})
    if (host.account.pending(side) != host.rest_bytes[index(side)]) std::abort();
  if (host.account.columns(Side::client).total() + host.account.columns(Side::server).total() !=
      sent)
    std::abort();
}

}  // namespace outspan::protocol::fuzz
