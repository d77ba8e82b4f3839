#pragma once

#include <memory>

#include "capture/source.h"
#include "config/config.h"
#include "core/result.h"

namespace outspan::capture {

/// Opens every interface of `capture` for reading (promiscuous, with a ring of `ring_mib` each).
/// All or nothing: an interface that does not exist, is down, or may not be read is an error that
/// says so.
///
/// read() waits at most 100 ms and then says `idle` with the time of day in batch.clock, so that
/// timeouts go on while the network is silent. An interface that goes down or vanishes is waited
/// for and opened again; that, and spells of drops, are notices. Where its traffic allows it (the
/// kernel's hash must keep connections together, which it does not in tunnels), an interface is
/// read through several rings. Packets are copied out of the
/// kernel's ring at once: a slow pipeline fills the ring, never holds it.
Result<std::unique_ptr<Source>> open_live(const config::Capture& capture);

}  // namespace outspan::capture
