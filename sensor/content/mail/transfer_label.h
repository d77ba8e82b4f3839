#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.h"

namespace outspan::content {

enum class Transfer : std::uint8_t { none, base64, quoted_printable };

/// How a body that begins so is coded. Its Content-Transfer-Encoding (`label`, as on the wire) is
/// believed where the bytes can be that: text and files under the label of base64 are what they
/// are.
Transfer transfer_of(std::string_view label, Bytes beginning) noexcept;

}  // namespace outspan::content
