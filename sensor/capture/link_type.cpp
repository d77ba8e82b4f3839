#include "capture/link_type.h"

#include <pcap/pcap.h>

namespace outspan::capture {

int to_dlt(LinkType link) noexcept {
  switch (link) {
    case LinkType::raw_ip:
    case LinkType::raw_ip_bsd:
    case LinkType::raw_ip_openbsd: return DLT_RAW;
    case LinkType::atm_rfc1483: return DLT_ATM_RFC1483;
    default: return static_cast<int>(link);  // from 104 on, and below 10, they are the same
  }
}

LinkType from_dlt(int dlt) noexcept {
  switch (dlt) {
    case DLT_RAW: return LinkType::raw_ip;
    case DLT_ATM_RFC1483: return LinkType::atm_rfc1483;
    default: return static_cast<LinkType>(dlt);
  }
}

std::string name_of(LinkType link) {
  const char* const name = pcap_datalink_val_to_name(to_dlt(link));
  return name == nullptr ? std::string() : name;
}

}  // namespace outspan::capture
