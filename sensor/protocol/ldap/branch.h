#pragma once

#include <string_view>

namespace outspan::protocol::ldap {

/// "ou=customers,dc=example" of "cn=Ada Lovelace,ou=customers,dc=example": the part of a directory
/// that an entry stands in. The entry's own name may be a customer's, and differs from one to the
/// next. At most kBranchBytesMax bytes, of the end. Names: RFC 4514; linear.
std::string_view branch_of(std::string_view name) noexcept;
inline constexpr std::size_t kBranchBytesMax = 255;

}  // namespace outspan::protocol::ldap
