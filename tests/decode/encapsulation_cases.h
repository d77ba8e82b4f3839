#pragma once

#include <string>

#include "capture/packet.h"
#include "packet_builder.h"

namespace outspan::decode::test {

/// The same datagram in every wrapping: TCP 40000 to 80, or back, with "hello".
struct Wrapping {
  std::string name;
  capture::LinkType link;
  Octets (*wrap)(const Octets& packet4);
  bool tunnel = false;
  int vlans = 0;
};

inline Octets outer_udp(std::uint16_t port, const Octets& inner) {
  return eth(0x0800, ip4(17, udp(50000, port, inner)));
}
inline Octets outer_gre(std::uint16_t flags, std::uint16_t type, const Octets& fields,
                        const Octets& inner) {
  return eth(0x0800, ip4(47, gre(flags, type, fields, inner)));
}
/// 802.11 data: addresses, then what `more` the kind of frame has, then 802.2.
inline Octets wifi_head(std::uint8_t control, std::uint8_t flags) {
  return Octets{control, flags} + hex("0000 020000000001 020000000002 020000000003 1000");
}
inline Octets wifi(std::uint8_t control, std::uint8_t flags, const Octets& more,
                   const Octets& inner) {
  return wifi_head(control, flags) + more + hex("aaaa03 000000 0800") + inner;
}
inline Octets label(bool bottom) { return hex(bottom ? "00064140" : "00064040"); }

using capture::LinkType;
inline const std::vector<Wrapping>& wrappings() {
  static const std::vector<Wrapping> kAll{
      {"ethernet", LinkType::ethernet, [](const Octets& p) { return eth(0x0800, p); }},
      {"ethernet_padding", LinkType::ethernet,
       [](const Octets& p) { return eth(0x0800, p) + Octets(20, 0xee); }},
      {"raw_ip", LinkType::raw_ip, [](const Octets& p) { return p; }},
      {"raw_ip_bsd", LinkType::raw_ip_bsd, [](const Octets& p) { return p; }},
      {"link_ipv4", LinkType::ipv4, [](const Octets& p) { return p; }},
      {"null_little_endian", LinkType::null_loopback,
       [](const Octets& p) { return hex("02000000") + p; }},
      {"null_big_endian", LinkType::null_loopback,
       [](const Octets& p) { return hex("00000002") + p; }},
      {"loop", LinkType::loop, [](const Octets& p) { return hex("00000002") + p; }},
      {"sll", LinkType::linux_sll,
       [](const Octets& p) { return hex("0004 0001 0006 020000000001 0000 0800") + p; }},
      {"sll_vlan", LinkType::linux_sll,
       [](const Octets& p) {
         return hex("0004 0001 0006 020000000001 0000 8100") + vlan(7, 0x0800, p);
       },
       false, 1},
      {"sll2", LinkType::linux_sll2,
       [](const Octets& p) { return hex("0800 0000 00000002 0001 04 06 0200000000010000") + p; }},
      {"ppp", LinkType::ppp, [](const Octets& p) { return hex("0021") + p; }},
      {"ppp_short_protocol", LinkType::ppp, [](const Octets& p) { return hex("21") + p; }},
      {"ppp_hdlc", LinkType::ppp_hdlc, [](const Octets& p) { return hex("ff03 0021") + p; }},
      {"ppp_hdlc_of_cisco", LinkType::ppp_hdlc,
       [](const Octets& p) { return hex("0f00 0800") + p; }},
      {"cisco_hdlc", LinkType::cisco_hdlc, [](const Octets& p) { return hex("0f00 0800") + p; }},
      {"ppp_ether", LinkType::ppp_ether,
       [](const Octets& p) { return hex("1100 0001") + be16(p.size() + 2) + hex("0021") + p; }},
      {"vlan", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8100, vlan(0x2005, 0x0800, p)); }, false, 1},
      {"qinq", LinkType::ethernet,
       [](const Octets& p) { return eth(0x88a8, vlan(5, 0x8100, vlan(6, 0x0800, p))); }, false, 2},
      {"three_vlans", LinkType::ethernet,
       [](const Octets& p) {
         return eth(0x9100, vlan(5, 0x8100, vlan(6, 0x8100, vlan(7, 0x0800, p))));
       },
       false, 2},
      {"vn_tag_and_vlan", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8926, hex("00010002 8100") + vlan(5, 0x0800, p)); },
       false, 1},
      {"e_tag", LinkType::ethernet,
       [](const Octets& p) { return eth(0x893f, hex("000000010000 0800") + p); }},
      {"cisco_meta_data", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8909, hex("0101 0001 0064 0800") + p); }},
      {"cisco_meta_data_behind_a_vlan", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8100, vlan(5, 0x8909, hex("0101 0001 0064 0800") + p)); },
       false, 1},
      {"redundancy_tag", LinkType::ethernet,
       [](const Octets& p) { return eth(0x892f, hex("1034 0001 0800") + p); }},
      {"unknown_tag", LinkType::ethernet,
       [](const Octets& p) { return eth(0x88b7, hex("0102 0304 0506 0800") + checked(p)); }},
      {"unknown_tag_before_a_vlan", LinkType::ethernet,
       [](const Octets& p) { return eth(0xd28b, Octets(10, 7) + vlan(5, 0x0800, checked(p))); }},
      {"unknown_tag_before_a_frame", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8903, hex("0123") + eth(0x0800, checked(p))); }},
      {"macsec_without_encryption", LinkType::ethernet,
       [](const Octets& p) {
         return eth(0x88e5,
                    hex("2000 00000001 0000000000000001 0800") + checked(p) + Octets(16, 0x5a));
       }},
      {"llc_bridged", LinkType::ethernet,
       [](const Octets& p) {
         return eth(static_cast<std::uint16_t>(p.size() + 22),
                    hex("aaaa03 0080c2 0007") + eth(0x0800, p));
       }},
      {"token_ring", LinkType::token_ring,
       [](const Octets& p) {
         return hex("1040 020000000001 820000000002 0620 0011 0012") + hex("aaaa03 000000 0800") +
                p;
       }},
      {"fddi", LinkType::fddi,
       [](const Octets& p) { return hex("57 020000000001 020000000002 aaaa03 000000 0800") + p; }},
      {"ip_over_fibre_channel", LinkType::ip_over_fc,
       [](const Octets& p) { return Octets(16, 1) + hex("aaaa03 000000 0800") + p; }},
      {"ip_over_infiniband", LinkType::ipoib,
       [](const Octets& p) { return Octets(40, 0x60) + hex("0800 0000") + p; }},
      {"netanalyzer", LinkType::netanalyzer,
       [](const Octets& p) { return hex("00000000") + eth(0x0800, p); }},
      {"link_mpls", LinkType::mpls, [](const Octets& p) { return label(true) + p; }},
      {"cisco_hdlc_with_direction", LinkType::cisco_hdlc_with_direction,
       [](const Octets& p) { return hex("01 0f00 0800") + p; }},
      {"ppp_with_direction", LinkType::ppp_with_direction,
       [](const Octets& p) { return hex("01 ff03 0021") + p; }},
      {"ppp_pppd", LinkType::ppp_pppd, [](const Octets& p) { return hex("00 03 0021") + p; }},
      {"ppp_bridged", LinkType::ppp,
       [](const Octets& p) { return hex("0031 0001") + eth(0x0800, p); }},
      {"frame_relay", LinkType::frame_relay, [](const Octets& p) { return hex("1841 03 cc") + p; }},
      {"frame_relay_long_address", LinkType::frame_relay,
       [](const Octets& p) { return hex("18400041 03 cc") + p; }},
      {"frame_relay_snap", LinkType::frame_relay,
       [](const Octets& p) { return hex("1841 03 00 80 000000 0800") + p; }},
      {"frame_relay_bridged", LinkType::frame_relay,
       [](const Octets& p) { return hex("1841 03 00 80 0080c2 0007") + eth(0x0800, p); }},
      {"frame_relay_of_cisco", LinkType::frame_relay,
       [](const Octets& p) { return hex("1841 0800") + p; }},
      {"frame_relay_with_direction", LinkType::frame_relay_with_direction,
       [](const Octets& p) { return hex("01 1841 03 cc") + p; }},
      {"atm_llc", LinkType::atm_rfc1483,
       [](const Octets& p) { return hex("aaaa03 000000 0800") + p; }},
      {"atm_bridged", LinkType::atm_rfc1483,
       [](const Octets& p) { return hex("aaaa03 0080c2 0007 0000") + eth(0x0800, p); }},
      {"atm_ip", LinkType::atm_rfc1483, [](const Octets& p) { return p; }},
      {"sun_atm", LinkType::sun_atm,
       [](const Octets& p) { return hex("82 00 0022 aaaa03 000000 0800") + p; }},
      {"slip", LinkType::slip, [](const Octets& p) { return Octets(16, 0) + p; }},
      {"openbsd_enc", LinkType::openbsd_enc,
       [](const Octets& p) { return hex("02000000 00000100 00000000") + p; }},
      {"pflog", LinkType::pflog,
       [](const Octets& p) { return hex("3d 02 00 00") + Octets(60, 0) + p; }},
      {"nflog", LinkType::nflog,
       [](const Octets& p) {
         return hex("02 00 0005 0800 0100 0800 0100 0500 0a00 00 000000") + le16(p.size() + 4) +
                hex("0900") + p;
       }},
      {"nflog_big_endian", LinkType::nflog,
       [](const Octets& p) {
         return hex("02 00 0005 0008 0001 08000100") + be16(p.size() + 4) + hex("0009") + p;
       }},
      {"pktap", LinkType::pktap,
       [](const Octets& p) {
         return hex("6c000000 01000000 01000000") + Octets(96, 0) + eth(0x0800, p);
       }},
      {"pktap_of_macos", LinkType::user_2,
       [](const Octets& p) { return hex("6c000000 01000000 0c000000") + Octets(96, 0) + p; }},
      {"ppi", LinkType::ppi,
       [](const Octets& p) {
         return hex("00 00 0c00 69000000 04000000") + wifi(0x08, 0x01, {}, p);
       }},
      {"wifi_to_the_network", LinkType::wifi,
       [](const Octets& p) { return wifi(0x08, 0x01, {}, p); }},
      {"wifi_from_the_network", LinkType::wifi,
       [](const Octets& p) { return wifi(0x08, 0x02, {}, p); }},
      {"wifi_four_addresses", LinkType::wifi,
       [](const Octets& p) { return wifi(0x08, 0x03, Octets(6, 2), p); }},
      {"wifi_qos", LinkType::wifi,
       [](const Octets& p) { return wifi(0x88, 0x01, hex("0000"), p); }},
      {"wifi_high_throughput", LinkType::wifi,
       [](const Octets& p) { return wifi(0x88, 0x81, hex("0000 00000000"), p); }},
      {"wifi_decrypted_by_the_adapter", LinkType::wifi,
       [](const Octets& p) { return wifi(0x88, 0x41, hex("0000 0102030405060708"), p); }},
      {"wifi_aggregate", LinkType::wifi,
       [](const Octets& p) {
         return wifi_head(0x88, 0x01) + hex("8000 020000000001 020000000002") + be16(p.size() + 8) +
                hex("aaaa03 000000 0800") + p;
       }},
      {"radiotap", LinkType::wifi_radiotap,
       [](const Octets& p) { return hex("00 00 0800 00000000") + wifi(0x08, 0x01, {}, p); }},
      {"radiotap_padded_header", LinkType::wifi_radiotap,
       [](const Octets& p) {
         return hex("00 00 1900 03000080 00000000 00000000 0000000000000000 20") +
                wifi(0x88, 0x01, hex("0000 0000"), p);
       }},
      {"radiotap_check_sequence", LinkType::wifi_radiotap,
       [](const Octets& p) {
         return hex("00 00 0900 02000000 10") + wifi(0x88, 0x02, hex("0000"), p) + hex("deadbeef");
       }},
      {"prism", LinkType::wifi_prism,
       [](const Octets& p) {
         return hex("44000000 90000000") + Octets(136, 0) + wifi(0x08, 0x01, {}, p);
       }},
      {"avs", LinkType::wifi_avs,
       [](const Octets& p) {
         return hex("80211001 00000040") + Octets(56, 0) + wifi(0x08, 0x01, {}, p);
       }},
      {"provider_backbone", LinkType::ethernet,
       [](const Octets& p) { return eth(0x88e7, hex("00000001") + eth(0x0800, p)); }},
      {"llc_snap", LinkType::ethernet,
       [](const Octets& p) {
         return eth(static_cast<std::uint16_t>(p.size() + 8), hex("aaaa03 000000 0800") + p);
       }},
      {"llc_ip", LinkType::ethernet,
       [](const Octets& p) {
         return eth(static_cast<std::uint16_t>(p.size() + 3), hex("060603") + p);
       }},
      {"mpls", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8847, label(false) + label(true) + p); }},
      {"mpls_pseudowire", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8847, label(true) + hex("00000000") + eth(0x0800, p)); }},
      {"mpls_pseudowire_without_control_word", LinkType::ethernet,
       [](const Octets& p) { return eth(0x8847, label(true) + eth(0x0800, p)); }},
      {"mpls_pseudowire_whose_address_looks_like_ipv4", LinkType::ethernet,
       [](const Octets& p) {
         return eth(0x8847, label(true) + hex("4845e6000001 020000000001 0800") + p);
       }},
      {"pppoe", LinkType::ethernet,
       [](const Octets& p) {
         return eth(0x8864, hex("1100 0001") + be16(p.size() + 2) + hex("0021") + p);
       }},
      {"nsh", LinkType::ethernet,
       [](const Octets& p) { return eth(0x894f, hex("0fc6 02 01 00000101") + Octets(16, 0) + p); }},
      {"gre", LinkType::ethernet, [](const Octets& p) { return outer_gre(0, 0x0800, {}, p); },
       true},
      {"gre_all_fields", LinkType::ethernet,
       [](const Octets& p) {
         return outer_gre(0xb000, 0x0800, hex("00000000 00000001 00000002"), p);
       },
       true},
      {"gre_routing", LinkType::ethernet,
       [](const Octets& p) {
         return outer_gre(0x4000, 0x0800, hex("00000000 0800 00 04 01020304 0000 00 00"), p);
       },
       true},
      {"gre_ethernet", LinkType::ethernet,
       [](const Octets& p) { return outer_gre(0x2000, 0x6558, hex("00000a01"), eth(0x0800, p)); },
       true},
      {"gre_wccp", LinkType::ethernet,
       [](const Octets& p) { return outer_gre(0, 0x883e, {}, hex("00000000") + p); }, true},
      {"gre_mpls", LinkType::ethernet,
       [](const Octets& p) { return outer_gre(0, 0x8847, {}, label(true) + p); }, true},
      {"pptp", LinkType::ethernet,
       [](const Octets& p) {
         return outer_gre(0x3081, 0x880b, be16(p.size() + 4) + hex("0001 00000001 00000001"),
                          hex("ff03 0021") + p);
       },
       true},
      {"erspan_1", LinkType::ethernet,
       [](const Octets& p) { return outer_gre(0, 0x88be, {}, eth(0x0800, p)); }, true},
      {"erspan_2", LinkType::ethernet,
       [](const Octets& p) {
         return outer_gre(0x1000, 0x88be, hex("00000001"),
                          hex("1005 0009 00000000") + eth(0x0800, p));
       },
       true},
      {"erspan_3", LinkType::ethernet,
       [](const Octets& p) {
         return outer_gre(0x1000, 0x22eb, hex("00000001"),
                          hex("2005 0009 00000000 0000 0000") + eth(0x0800, p));
       },
       true},
      {"erspan_3_platform_header", LinkType::ethernet,
       [](const Octets& p) {
         return outer_gre(0x1000, 0x22eb, hex("00000001"),
                          hex("2005 0009 00000000 0000 0001 0000000000000000") + eth(0x0800, p));
       },
       true},
      {"vxlan", LinkType::ethernet,
       [](const Octets& p) { return outer_udp(4789, hex("08000000 00002a00") + eth(0x0800, p)); },
       true},
      {"vxlan_old_port_inner_vlan", LinkType::ethernet,
       [](const Octets& p) {
         return outer_udp(8472, hex("08000000 00002a00") + eth(0x8100, vlan(9, 0x0800, p)));
       },
       true, 1},
      {"vxlan_gpe", LinkType::ethernet,
       [](const Octets& p) { return outer_udp(4790, hex("0c000001 00002a00") + p); }, true},
      {"geneve_ethernet", LinkType::ethernet,
       [](const Octets& p) {
         return outer_udp(6081, hex("0100 6558 00002a00 00000000") + eth(0x0800, p));
       },
       true},
      {"geneve_ip", LinkType::ethernet,
       [](const Octets& p) { return outer_udp(6081, hex("0000 0800 00002a00") + p); }, true},
      {"ip_in_ip", LinkType::ethernet, [](const Octets& p) { return eth(0x0800, ip4(4, p)); },
       true},
      {"ip_in_ip6", LinkType::ethernet, [](const Octets& p) { return eth(0x86dd, ip6(4, p)); },
       true},
      {"ether_ip", LinkType::ethernet,
       [](const Octets& p) { return eth(0x0800, ip4(97, hex("3000") + eth(0x0800, p))); }, true},
      {"mpls_in_ip", LinkType::ethernet,
       [](const Octets& p) { return eth(0x0800, ip4(137, label(true) + p)); }, true},
      {"mpls_in_udp", LinkType::ethernet,
       [](const Octets& p) { return outer_udp(6635, label(true) + p); }, true},
      {"gre_in_udp", LinkType::ethernet,
       [](const Octets& p) { return outer_udp(4754, gre(0, 0x0800, {}, p)); }, true},
      {"gtp", LinkType::ethernet,
       [](const Octets& p) {
         return outer_udp(2152, hex("30ff") + be16(p.size()) + hex("0000002a") + p);
       },
       true},
      {"gtp_extensions", LinkType::ethernet,
       [](const Octets& p) {
         return outer_udp(2152, hex("36ff") + be16(p.size() + 12) +
                                    hex("0000002a 0001 00 85 01 00 00 c0 01 00 00 00") + p);
       },
       true},
      {"l2tp", LinkType::ethernet,
       [](const Octets& p) {
         return outer_udp(
             1701, hex("4802") + be16(p.size() + 16) + hex("0001 0002 0003 0004 ff03 0021") + p);
       },
       true},
      {"ip_options", LinkType::ethernet,
       [](const Octets& p) {
         return eth(0x0800, ip4(4, p, {.options = hex("94040000 01010101")}));
       },
       true},
  };
  return kAll;
}

}  // namespace outspan::decode::test
