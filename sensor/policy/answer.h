#pragma once

#include <algorithm>
#include <string_view>

#include "content/text.h"

namespace outspan::policy {

/// Somebody asked for it, and this is the answer. An FTP server opens the connection of a download
/// itself, and what a client stores there is no answer.
inline bool is_answer(const content::Object& object) noexcept {
  const std::string_view name = object.info.name;
  if (name.starts_with("RETR ")) return true;
  const auto stores = {"STOR ", "STOU", "APPE "};
  return object.side == Side::server &&
         std::none_of(stores.begin(), stores.end(),
                      [name](std::string_view command) { return name.starts_with(command); });
}

}  // namespace outspan::policy
