#include "protocol/protocols.h"

#include "protocol/dns/dns.h"
#include "protocol/ftp/ftp.h"
#include "protocol/gelf/gelf.h"
#include "protocol/http1/http1.h"
#include "protocol/http2/http2.h"
#include "protocol/icmp/icmp.h"
#include "protocol/imap/imap.h"
#include "protocol/ldap/ldap.h"
#include "protocol/mysql/mysql.h"
#include "protocol/pop3/pop3.h"
#include "protocol/postgresql/postgresql.h"
#include "protocol/proxy/proxy_header.h"
#include "protocol/proxy/socks.h"
#include "protocol/quic/quic.h"
#include "protocol/smb/smb.h"
#include "protocol/smtp/smtp.h"
#include "protocol/ssh/ssh.h"
#include "protocol/tftp/tftp.h"
#include "protocol/tls/dtls.h"
#include "protocol/tls/tls.h"
#include "protocol/vpn/vpn.h"

namespace outspan::protocol {

std::span<const ProtocolEntry> builtin_protocols() noexcept {
  static constexpr ProtocolEntry kProtocols[] = {
      {"http", {http1::recognise, http1::make}, {}},
      {"http2", {http2::recognise, http2::make}, {}},
      {"tls", {tls::recognise, tls::make}, {tls::recognise_dtls, tls::make_dtls}},
      {"ssh", {ssh::recognise, ssh::make}, {}},
      {"smb", {smb::recognise, smb::make}, {}},
      {"smtp", {smtp::recognise, smtp::make}, {}},
      {"ftp", {ftp::recognise, ftp::make}, {}},
      {"imap", {imap::recognise, imap::make}, {}},
      {"pop3", {pop3::recognise, pop3::make}, {}},
      {"proxy", {proxy::recognise_header, proxy::make_header}, {}},
      {"socks", {proxy::recognise_socks, proxy::make_socks}, {}},
      {"postgresql", {postgresql::recognise, postgresql::make}, {}},
      {"mysql", {mysql::recognise, mysql::make}, {}},
      {"ldap", {ldap::recognise, ldap::make}, {}},
      {"tftp", {}, {tftp::recognise, tftp::make}},
      {"dns", {}, {dns::recognise, dns::make}},
      {"icmp", {}, {icmp::recognise, icmp::make}},
      {"gelf", {}, {gelf::recognise, gelf::make}},
      {"quic", {}, {quic::recognise, quic::make}},
      {"wireguard", {}, {vpn::recognise_wireguard, vpn::make_wireguard}},
      {"ipsec", {}, {vpn::recognise_esp, vpn::make_esp}},
  };
  return kProtocols;
}

}  // namespace outspan::protocol
