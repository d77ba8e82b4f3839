#pragma once

#include <string>
#include <utility>

#include "protocol/object.h"

namespace outspan::protocol::sql {

/// Who is logged in, with which program, and to which database, as far as it was seen.
struct Login {
  std::string user;
  std::string database;
  std::string program;

  /// For an object of that name.
  [[nodiscard]] ObjectInfo info(std::string name) const {
    ObjectInfo info;
    info.name = std::move(name);
    info.actor.user = user;
    info.actor.program = program;
    info.source = database;
    return info;
  }
};

}  // namespace outspan::protocol::sql
