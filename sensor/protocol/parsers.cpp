#include "protocol/parsers.h"

#include "protocol/ftp.h"
#include "protocol/http.h"
#include "protocol/smtp.h"
#include "protocol/ssh.h"
#include "protocol/tls.h"

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
