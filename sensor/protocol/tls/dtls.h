#pragma once

#include "core/flow_context.h"

namespace outspan::protocol::tls {

/// DTLS 1.0 and 1.2 records (RFC 6347), one datagram at a time.
/// True: the datagram is whole records without anything readable in them. What it says of the
/// client goes to `flow.encryption`.
bool take_dtls(FlowContext& flow, Bytes datagram) noexcept;

}  // namespace outspan::protocol::tls
