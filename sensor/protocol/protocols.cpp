#include "protocol/protocols.h"

#include "protocol/ftp/ftp.h"
#include "protocol/http1/http1.h"
#include "protocol/smtp/smtp.h"
#include "protocol/ssh/ssh.h"
#include "protocol/tls/tls.h"

namespace outspan::protocol {

std::span<const ParserEntry> builtin_parsers() noexcept {
  static constexpr ParserEntry kParsers[] = {
      {"http", http1::recognise, http1::make}, {"tls", tls::recognise, tls::make},
      {"ssh", ssh::recognise, ssh::make},      {"smtp", smtp::recognise, smtp::make},
      {"ftp", ftp::recognise, ftp::make},
  };
  return kParsers;
}

}  // namespace outspan::protocol
