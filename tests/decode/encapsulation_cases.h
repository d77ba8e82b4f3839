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
       [](const Octets& p) { return eth(0x8909, hex("0101 0001 0800") + p); }},
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
