#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "config/signature_file.h"
#include "core/bytes.h"

namespace outspan::detect {

/// A database of Hyperscan that was compiled when the program was built.
struct SerializedDatabase {
  std::uint64_t expressions_hash;  ///< see expressions_hash()
  Bytes bytes;                     ///< as hs_serialize_database() wrote them
};

/// What the build made of signatures/, so that a start neither reads YAML nor compiles: 130 of 190
/// million instructions. The same as without it; a database that the library does not take (another
/// version) is compiled.
struct BuiltinTables {
  std::vector<config::SignatureSpec> (*signatures)();
  std::span<const SerializedDatabase> databases;
};

/// The generated ones (outspan::builtin_tables).
const BuiltinTables& builtin_tables() noexcept;

/// From now on, in this process; nullptr: none. Call before other threads run; `tables` stay.
void use_builtin_tables(const BuiltinTables* tables) noexcept;
/// nullptr: none are in use.
const BuiltinTables* builtin_tables_in_use() noexcept;

}  // namespace outspan::detect
