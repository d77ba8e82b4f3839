#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/mysql/packet.h"
#include "protocol/shared/bounded_table.h"
#include "protocol/sql/login.h"

namespace outspan::protocol::mysql {

/// What both sides of a connection know: who, and what the server answers.
/// Bound: kPreparedMax statements with names of at most 160 bytes.
struct Session : sql::Login {
  static constexpr std::size_t kPreparedMax = 256;

  struct Prepared {
    std::string name;  ///< of statement_name()
    unsigned parameters = 0;
  };

  std::uint32_t capabilities = 0;  ///< that both agreed on; 0: not seen
  /// Blocks are compressed from the first command on.
  [[nodiscard]] bool compressed() const noexcept {
    return (capabilities & (capability::kCompress | capability::kZstd)) != 0;
  }

  std::string asked;       ///< what the server answers now, by statement_name(); empty: not seen
  bool preparing = false;  ///< the answer is a statement's number
  bool executing = false;  ///< the answer has binary rows
  std::string file_name;   ///< of LOAD DATA LOCAL, as the server asks for it
  BoundedTable<std::uint32_t, Prepared> prepared{kPreparedMax};

  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    constexpr std::uint64_t kEntryBytes = 160;
    return prepared.size() * kEntryBytes;
  }
};

}  // namespace outspan::protocol::mysql
