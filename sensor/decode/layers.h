#pragma once

#include <cstdint>
#include <optional>

#include "capture/packet.h"
#include "config/config.h"
#include "core/stats.h"
#include "decode/datagram.h"
#include "decode/errors.h"
#include "decode/flow_hash.h"
#include "decode/fragments.h"
#include "decode/layers_scope.h"
#include "decode/unread.h"

namespace outspan::decode {

/// Layers inside layers that are followed, each with a network of its own.
inline constexpr std::uint8_t kMaxDepth = 8;

/// Kinds of tunnels, for numbers that identify tunnels.
enum class Tunnel : std::uint8_t {
  ip_in_ip = 1,
  gre,
  pptp,
  erspan,
  vxlan,
  geneve,
  gtp,
  teredo,
  l2tp,
  etherip,
  mpls_in_ip,
};

/// Takes frames apart, layer by layer.
///
/// Every layer is a function that says whether something came of its bytes: a datagram, or a
/// fragment that was kept. If not, the layer around it takes them for its own payload; so bytes
/// that only look like a tunnel are never lost. Layers nest by recursion, kMaxDepth deep.
class Layers {
 public:
  explicit Layers(const config::Config& config);

  void frame(const capture::Packet& packet, DatagramBatch& out);
  /// What is overdue at `clock`.
  void expire(Timestamp clock, DatagramBatch& out);
  void flush(DatagramBatch& out);
  void report(Stats& stats) const;

 private:
  // link.cpp
  bool link(capture::LinkType type, Bytes bytes, const Scope& scope);
  bool local_area(capture::LinkType type, Bytes bytes, const Scope& scope);
  bool token_ring(Bytes bytes, const Scope& scope);
  bool ip_over_infiniband(Bytes bytes, const Scope& scope);

  // ethernet.cpp
  bool ethernet(Bytes bytes, const Scope& scope);
  bool ether_type(std::uint16_t type, Bytes bytes, Scope scope);
  bool tagged(std::uint16_t& type, Bytes& bytes, Scope& scope);
  bool unknown_tag(std::uint16_t type, Bytes bytes, const Scope& scope);
  bool behind_unknown(Bytes bytes, const Scope& scope);
  bool llc(std::uint16_t size, Bytes bytes, Scope scope);
  bool snap(Bytes bytes, const Scope& scope);
  bool nested_ethernet(Bytes bytes, Scope scope);
  bool service_header(Bytes bytes, const Scope& scope);
  bool mpls(Bytes bytes, const Scope& scope);

  // pseudo_header.cpp: what the program that captured put in front
  bool pseudo_header(capture::LinkType type, Bytes bytes, const Scope& scope);
  bool null_loopback(Bytes bytes, const Scope& scope);
  bool linux_cooked(Bytes bytes, const Scope& scope);
  bool linux_cooked_2(Bytes bytes, const Scope& scope);
  bool nflog(Bytes bytes, const Scope& scope);
  bool pktap(Bytes bytes, const Scope& scope);
  bool ppi(Bytes bytes, const Scope& scope);

  // wide_area.cpp
  bool wide_area(capture::LinkType type, Bytes bytes, const Scope& scope);
  bool cisco_hdlc(Bytes bytes, const Scope& scope);
  bool ppp(Bytes bytes, const Scope& scope);
  bool pppoe(Bytes bytes, Scope scope);
  bool frame_relay(Bytes bytes, const Scope& scope);
  bool network_layer_id(Bytes bytes, const Scope& scope);
  bool atm(Bytes bytes, const Scope& scope);

  // wifi.cpp
  bool wifi_link(capture::LinkType type, Bytes bytes, const Scope& scope);
  bool radiotap(Bytes bytes, const Scope& scope);
  bool prism(Bytes bytes, const Scope& scope);
  bool wifi(Bytes bytes, bool padded, const Scope& scope);
  bool wifi_protected(Bytes bytes, const Scope& scope);
  bool wifi_aggregate(Bytes bytes, const Scope& scope);

  // ip.cpp
  bool ip(Bytes bytes, const Scope& scope);
  bool ipv4(Bytes bytes, Scope scope);
  bool ipv6(Bytes bytes, Scope scope);
  bool ipv6_payload(const IpLayer& ip, std::uint8_t next, Bytes bytes, const Scope& scope);
  void extension(const IpLayer& ip, std::uint8_t type, Bytes header, const Scope& scope);
  bool ipv6_fragment(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool fragment(const Fragment& fragment);
  void deliver(std::vector<Reassembled>& reassembled);
  void deliver_version(const Reassembled& packet, std::vector<std::uint8_t>&& bytes,
                       bool alternative);

  // header_options.cpp
  enum class Transport : std::uint8_t { ip, tcp };
  void options(Transport of, const IpLayer& ip, Bytes options, bool cut, const Scope& scope);
  void ipv6_options(const IpLayer& ip, Bytes header, const Scope& scope);
  void header_data(const IpLayer& ip, Bytes data, const Scope& scope);

  // transport.cpp: these always come to something
  bool transport(const IpLayer& ip, std::uint8_t protocol, Bytes bytes, const Scope& scope);
  bool tcp(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool udp(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool sctp(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool udp_lite(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool dccp(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool authenticated(const IpLayer& ip, Bytes bytes, const Scope& scope);
  bool icmp(const IpLayer& ip, std::uint8_t protocol, Bytes bytes, const Scope& scope);
  bool broken(Error error, const IpLayer& ip, Bytes bytes, const Scope& scope);
  Datagram& emit(const IpLayer& ip, std::uint8_t protocol, std::uint16_t source_port,
                 std::uint16_t destination_port, Bytes payload, const Scope& scope);

  // tunnel.cpp
  bool ip_tunnel(std::uint8_t protocol, Bytes& bytes, const Scope& scope);
  bool l2tp_over_ip(Bytes bytes, const Scope& scope);
  bool gre(Bytes bytes, const Scope& scope);
  bool gre_payload(std::uint16_t type, std::uint32_t key, bool sequenced, Bytes bytes,
                   const Scope& scope);
  bool pptp(Bytes bytes, const Scope& scope);
  bool erspan_2(Bytes bytes, const Scope& scope);
  bool erspan_3(Bytes bytes, const Scope& scope);

  // udp_tunnel.cpp
  bool udp_tunnel(std::uint16_t source_port, std::uint16_t destination_port, Bytes bytes,
                  const Scope& scope);
  bool vxlan(Bytes bytes, const Scope& scope);
  bool vxlan_gpe(Bytes bytes, const Scope& scope);
  bool geneve(Bytes bytes, const Scope& scope);
  bool gtp(Bytes bytes, Scope scope);
  bool teredo(Bytes bytes, const Scope& scope);
  bool l2tp(Bytes bytes, Scope scope);

  /// One layer deeper. False: too deep, counted.
  bool deepen(Scope& scope) noexcept;
  bool enter(Tunnel kind, std::uint32_t id, Scope& scope) noexcept;
  /// Remembers why nothing came of a layer; counted only if no layer around it could use it.
  bool refuse(Error error) noexcept {
    error_ = error;
    unread_ = {Unread::Kind::malformed, 0};
    return false;
  }
  /// The same for what is sound but nothing for this sensor.
  bool leave(Unread::Kind kind, std::uint32_t number = 0) noexcept {
    error_.reset();
    unread_ = {kind, number};
    return false;
  }
  void count_unread(const capture::Packet& packet);

  const flow_hash::Secret secret_;
  FragmentTable fragments_;
  DatagramBatch* out_ = nullptr;
  Position at_;
  Timestamp clock_{};
  std::uint8_t parts_ = 0;  // datagrams of the packet so far
  // Why nothing came of the latest layer that failed.
  std::optional<Error> error_;
  Unread unread_;

  ErrorCounters errors_;
  UnreadFrames unread_frames_;
  std::uint64_t packets_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t tunneled_ = 0;
  std::uint64_t not_ip_ = 0;
  std::uint64_t not_ip_bytes_ = 0;
};

}  // namespace outspan::decode
