#pragma once

#include <cstdint>
#include <string_view>

#include "detect/text_span.h"

namespace outspan::detect {

/// Where what is written like an address names no mailbox: user information of a URL, message ids
/// in mail headers, `git@host:path`, comments of SSH keys, names of SSH algorithms (RFC 4251,
/// section 6), pictures for screens of double density. `begin`, `end`: of the address.
bool names_no_mailbox(TextSpan text, std::uint32_t begin, std::uint32_t at_sign,
                      std::uint32_t end) noexcept;

/// Like the id of a message or a part: it counts time or is a random number, so digits make up much
/// of it, and it is long.
bool is_machine_made(std::string_view local) noexcept;

}  // namespace outspan::detect
