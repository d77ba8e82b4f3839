#pragma once

#include "capture/packet.h"

namespace outspan::capture {

/// libpcap numbers a few link types by platform (DLT_), unlike files (LINKTYPE_).
int to_dlt(LinkType link) noexcept;
LinkType from_dlt(int dlt) noexcept;

}  // namespace outspan::capture
