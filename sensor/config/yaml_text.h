#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/ledger.h"

/// Values as YAML. Included by config/*.cpp only.
namespace outspan::config {

/// Double quotes always: no text can be taken for another YAML type.
inline std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

template <class Items, class Text>
std::string list(const Items& items, Text text) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ", ";
    out += text(item);
  }
  return out + "]";
}

inline std::string texts(const std::vector<std::string>& items) { return list(items, quoted); }
inline std::string prefixes(const PrefixSet& set) {
  return list(set.prefixes(), [](const IpPrefix& prefix) { return quoted(prefix.to_string()); });
}
inline std::string directions(const std::vector<Direction>& items) {
  return list(items, [](Direction direction) { return std::string(to_string(direction)); });
}

}  // namespace outspan::config
