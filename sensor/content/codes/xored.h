#pragma once

#include <cstdint>
#include <optional>

#include "content/chain/opener.h"

namespace outspan::content {

/// Text each byte of which was combined with the same one by exclusive or, which whoever looks for
/// words and addresses does not see: recognised by how it begins, and read a second time as the
/// node "xor". Not where the beginning holds nothing that text does not.
std::optional<Opened> open_xored(const Opening& opening) noexcept;

/// The byte that makes text of `beginning`; nullopt: it is something else, or text.
std::optional<std::uint8_t> xor_key(Bytes beginning) noexcept;

}  // namespace outspan::content
