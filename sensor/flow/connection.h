#pragma once

#include "decode/datagram.h"
#include "flow/flow_record.h"

namespace outspan::flow {

/// Who is the client of a flow that opens with this datagram: by SYN, else by port classes
/// (well-known < registered < ephemeral; the lower is the server), else the sender.
Side sender_side(const decode::Datagram& datagram) noexcept;

/// Whether the segment opens another connection over the addresses and ports of `flow`. May note a
/// SYN in `flow` that only the other side's answer can confirm: a forged one must not end a flow.
bool opens_another(FlowRecord& flow, Side sender, const decode::Datagram& datagram) noexcept;

/// Whether a datagram that came over another network (tag, tunnel) than `flow` belongs to it.
/// Private addresses exist once in each network, so TCP's numbers have to fit on a side that is
/// known.
bool goes_on(const FlowRecord& flow, Side sender, const decode::Datagram& datagram) noexcept;

/// The timeout that applies to `flow` after its latest packet.
FlowClass class_of(const FlowRecord& flow) noexcept;

}  // namespace outspan::flow
