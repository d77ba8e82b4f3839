#pragma once

#include <string>

#include "capture/packet.h"

namespace outspan::capture {

/// libpcap numbers a few link types by platform (DLT_), unlike files (LINKTYPE_).
int to_dlt(LinkType link) noexcept;
LinkType from_dlt(int dlt) noexcept;
/// libpcap's, "IEEE802_11_RADIO"; empty where it has none.
std::string name_of(LinkType link);

}  // namespace outspan::capture
