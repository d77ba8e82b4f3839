#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/address.h"
#include "core/bytes.h"
#include "policy/host_window.h"

/// Windows of hosts as bytes, to survive a restart. They hold identities, row numbers and masked
/// text, like events do, and no value.
namespace outspan::policy {

/// Names a window. It changes with what the rule counts, so that the counts of another rule are not
/// taken for this one's.
std::string window_key(const config::Rule& rule, const IpAddress& host);
/// The address of a key of `rule`; nullopt: it is another rule's.
std::optional<IpAddress> host_of_key(const config::Rule& rule, std::string_view key);

std::vector<std::uint8_t> encode_window(const HostWindow& window, const SignatureNames& names);

/// Fills a window that is as new. False: the bytes make no sense; the window is of no use then.
/// What belongs to signatures and indexes that are gone is left out.
bool decode_window(Bytes bytes, const SignatureNames& names, const IndexLabelsPtr& labels,
                   std::uint64_t exact_max, HostWindow& window);

}  // namespace outspan::policy
