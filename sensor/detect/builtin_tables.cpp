#include "detect/builtin_tables.h"

namespace outspan::detect {
namespace {

const BuiltinTables* in_use = nullptr;

}  // namespace

void use_builtin_tables(const BuiltinTables* tables) noexcept { in_use = tables; }

const BuiltinTables* builtin_tables_in_use() noexcept { return in_use; }

}  // namespace outspan::detect
