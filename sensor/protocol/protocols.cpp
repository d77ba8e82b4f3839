#include "protocol/protocols.h"

#include "protocol/ftp/ftp.h"
#include "protocol/http1/http1.h"
#include "protocol/smtp/smtp.h"
#include "protocol/ssh/ssh.h"
#include "protocol/tls/tls.h"

namespace outspan::protocol {

std::span<const ParserEntry> builtin_parsers() noexcept {
  static constexpr ParserEntry kParsers[] = {
      {"http", recognise_http, make_http}, {"tls", recognise_tls, make_tls},
      {"ssh", recognise_ssh, make_ssh},    {"smtp", recognise_smtp, make_smtp},
      {"ftp", recognise_ftp, make_ftp},
  };
  return kParsers;
}

}  // namespace outspan::protocol
