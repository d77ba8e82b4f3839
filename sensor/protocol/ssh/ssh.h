#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::ssh {

/// SSH 2 (RFC 4253): banner, key exchange in packets, then ciphertext. All of it counts as
/// encrypted once a KEXINIT proved that the banner meant it.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::ssh
