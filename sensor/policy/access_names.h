#pragma once

#include <string_view>

#include "policy/masking.h"
#include "protocol/object.h"

namespace outspan::policy {

/// Where customers' records come from, as people call it: the database, the share or the mailbox;
/// of a web application its host and the first part of the path. Empty: only the address is known.
Masked source_name(const protocol::ObjectInfo& info, Masking& masking);

/// With which program somebody asks: without its version, so that an update is no other program.
/// Empty: nobody said.
Masked program_name(const protocol::ObjectInfo& info, Masking& masking);

/// "Mozilla/5.0 (X11; ...) ... Chrome/131.0 Safari/537.36" is "Chrome", "curl/7.88.1" is "curl",
/// "DBeaver 23.1.0 - Main" is "DBeaver".
std::string_view without_version(std::string_view program) noexcept;

}  // namespace outspan::policy
