#include "policy/basis.h"

#include <algorithm>
#include "config/rule_text.h"
#include "core/bytes.h"
#include "core/hash.h"

namespace outspan::policy {
namespace {

template <class Number, class Item, class Same>
std::vector<std::optional<Number>> numbers(const std::vector<Item>& before,
                                           const std::vector<Item>& after, Same same) {
  std::vector<std::optional<Number>> all;
  for (const Item& item : before) {
    const auto found = std::find_if(after.begin(), after.end(),
                                    [&](const Item& other) { return same(item, other); });
    all.push_back(found == after.end() ? std::nullopt
                                       : std::optional(static_cast<Number>(found - after.begin())));
  }
  return all;
}

}  // namespace

std::uint64_t identity(const config::Rule& rule) {
  static constexpr SipKey kKey{0x77696e646f772072ULL, 0x756c652064656600ULL};
  return siphash(kKey, as_bytes(config::what_it_counts(rule)));
}

Renumbering::Renumbering(const Basis& before, const Basis& after)
    : rules(numbers<std::uint32_t>(before.rules, after.rules,
                                   [](const config::Rule& a, const config::Rule& b) {
                                     return a.id == b.id && identity(a) == identity(b);
                                   })),
      signatures(numbers<std::uint16_t>(before.names, after.names, std::equal_to<>())) {}

}  // namespace outspan::policy
