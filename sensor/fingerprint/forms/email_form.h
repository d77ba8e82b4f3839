#pragma once

#include <string>
#include <string_view>

namespace outspan::fingerprint {

/// The mailbox that a canonical address (see detect::EmailRules::canonical) leads to: without
/// "+tag", and at Gmail without dots and under its usual name. False: that is the address itself.
/// `out` is overwritten.
bool reduce_email(std::string_view canonical, std::string& out);

/// Where longer local parts may begin that end in the address at `begin`: in
/// "email=a&b@example.com" the address can be b@, a&b@ or email=a&b@. Positions before `begin` that
/// follow a character which RFC 5322 allows in a local part, but running text hardly means so;
/// nearest first, at most kLongerMax.
inline constexpr std::size_t kLongerMax = 4;
std::size_t longer_local_parts(std::string_view text, std::size_t begin,
                               std::size_t (&starts)[kLongerMax]) noexcept;
/// A character of a local part that ends it in running text.
bool is_unusual(char c) noexcept;

}  // namespace outspan::fingerprint
