#pragma once

#include <algorithm>
#include <string_view>

#include "content/text.h"

namespace outspan::policy {

/// Somebody asked for it, and this is the answer. Servers of FTP and TFTP open the flow of a file
/// themselves, so its command decides: what a client stores there is no answer.
inline bool is_answer(const content::Object& object) noexcept {
  const std::string_view name = object.info.name;
  if (name.starts_with("RETR ") || name.starts_with("RRQ ")) return true;
  const auto stores = {"STOR ", "STOU", "APPE ", "WRQ "};
  return object.side == Side::server &&
         std::none_of(stores.begin(), stores.end(),
                      [name](std::string_view command) { return name.starts_with(command); });
}

}  // namespace outspan::policy
