#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace outspan::protocol::ftp {

/// Ports of data connections in FTP's commands and replies. Addresses are left out on purpose:
/// behind NAT they are wrong, and the hosts are those of the control connection.

/// "192,0,2,1,19,137", as in PORT and, somewhere in the text, in the reply 227 (RFC 959, 4.1.2).
std::optional<std::uint16_t> host_port(std::string_view text) noexcept;
/// "|1|192.0.2.1|6446|" and "(|||6446|)" as in EPRT and the reply 229 (RFC 2428). Any delimiter.
std::optional<std::uint16_t> extended_port(std::string_view text) noexcept;

}  // namespace outspan::protocol::ftp
