#include "policy/basis.h"

#include <algorithm>
#include <string>

#include "core/bytes.h"
#include "core/hash.h"

namespace outspan::policy {
namespace {

/// Puts parts together so that no two lists of parts are the same text.
class Definition {
 public:
  void text(std::string_view text) {
    all_ += std::to_string(text.size());
    all_ += ':';
    all_ += text;
  }
  void number(std::uint64_t number) { text(std::to_string(number)); }
  void texts(const std::vector<std::string>& texts) {
    for (const std::string& one : texts) text(one);
    all_ += ';';
  }
  void networks(const PrefixSet& networks) {
    for (const IpPrefix& prefix : networks.prefixes()) text(prefix.to_string());
    all_ += ';';
  }
  [[nodiscard]] std::uint64_t hash() const {
    static constexpr SipKey kKey{0x77696e646f772072ULL, 0x756c652064656600ULL};
    return siphash(kKey, as_bytes(all_));
  }

 private:
  std::string all_;
};

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
  const config::Rule::When& when = rule.when;
  const config::Rule::Except& except = rule.except;
  Definition all;
  for (const Direction direction : when.direction)
    all.number(static_cast<std::uint64_t>(direction));
  for (const auto* texts : {&when.signatures, &when.fingerprints, &when.columns, &when.all,
                            &when.blind_spots, &when.protocols, &except.email_from,
                            &except.email_to, &except.hostnames, &except.values, &except.rules})
    all.texts(*texts);
  for (const PrefixSet* networks :
       {&when.sources, &when.destinations, &except.sources, &except.destinations})
    all.networks(*networks);
  for (const std::uint64_t number :
       {std::uint64_t{when.any}, std::uint64_t{when.canary}, std::uint64_t{when.weak},
        static_cast<std::uint64_t>(when.min_confidence), when.blind_spot_bytes,
        static_cast<std::uint64_t>(when.window.count()), static_cast<std::uint64_t>(when.per),
        static_cast<std::uint64_t>(when.within)})
    all.number(number);
  return all.hash();
}

Renumbering::Renumbering(const Basis& before, const Basis& after)
    : rules(numbers<std::uint32_t>(before.rules, after.rules,
                                   [](const config::Rule& a, const config::Rule& b) {
                                     return a.id == b.id && identity(a) == identity(b);
                                   })),
      signatures(numbers<std::uint16_t>(before.names, after.names, std::equal_to<>())) {}

}  // namespace outspan::policy
