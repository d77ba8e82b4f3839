#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"

namespace outspan::protocol {

/// Who logs on with an AUTHENTICATE message of NTLM (MS-NLMP, 2.2.1.3). Names in UTF-8, cut; empty
/// where it does not say.
struct NtlmLogon {
  std::string user;
  std::string domain;
  std::string workstation;
};

/// The message that is in `token`: alone, or wrapped by SPNEGO. nullopt: there is none. Linear.
std::optional<NtlmLogon> read_ntlm_logon(Bytes token) noexcept;

}  // namespace outspan::protocol
