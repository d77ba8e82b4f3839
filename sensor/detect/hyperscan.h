#pragma once

#include <hs/hs.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/handle.h"
#include "core/result.h"

namespace outspan::detect {

using HsDatabase = CHandle<hs_database_t, hs_free_database>;
using HsScratch = CHandle<hs_scratch_t, hs_free_scratch>;

struct HsExpression {
  std::string pattern;
  unsigned flags = 0;
  std::string where;  ///< for messages
};

/// What distinguishes sets of expressions: patterns and flags in their order.
std::uint64_t expressions_hash(const std::vector<HsExpression>& expressions);

/// One block-mode database; an expression's id is its index. Matches are reported by their end
/// only: the start of a match costs three times the speed, so callers walk left by themselves.
/// Compiled for any processor: the library still takes its fastest code at run time, and a native
/// database was no faster but is refused elsewhere. One that the build compiled already is taken
/// from there (builtin_tables.h).
Result<HsDatabase> compile_database(const std::vector<HsExpression>& expressions);

/// Whether the library behind the name finds what it has to. Vectorscan ships under the same file
/// names and loses matches near the ends of blocks on AVX-512. nullopt: it does find all.
/// Tried once a process.
std::optional<Problem> check_hyperscan();

/// What check_hyperscan() searches for.
std::vector<HsExpression> self_test_expressions();

/// Text as an expression that matches just it.
std::string escape_expression(std::string_view text);

}  // namespace outspan::detect
