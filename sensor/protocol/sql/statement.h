#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outspan::protocol::sql {

/// Of a statement that much is read for its name.
inline constexpr std::size_t kStatementBytesMax = 1024;

/// What a statement does, and to which table: "SELECT crm.customers", "INSERT orders", "COPY
/// people", or the verb alone where no table is named, or "statement". Names are as on the wire,
/// without their quotes. Reads at most kStatementBytesMax bytes, once.
std::string statement_name(std::string_view text);

}  // namespace outspan::protocol::sql
