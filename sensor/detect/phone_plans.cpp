/// The numbering plans as PhoneRules needs them: once, when signatures are compiled.
#include <algorithm>

#include "detect/phone.h"

namespace outspan::detect {
namespace {

std::span<const NumberGrouping> groupings_of(std::uint16_t code) noexcept {
  const auto all = number_groupings();
  const auto [first, last] = std::equal_range(
      all.begin(), all.end(), NumberGrouping{code, 0, {}},
      [](const NumberGrouping& a, const NumberGrouping& b) { return a.code < b.code; });
  return {first, last};
}

/// Of all nodes. Bit n: n more digits make a number. The automaton has no loops, but many ways lead
/// to the same node: each is walked once.
class RemainingLengths {
 public:
  RemainingLengths() : nodes_(phone_nodes()), lengths_(nodes_.size(), kUnknown) {
    lengths_[0] = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) of(static_cast<std::uint16_t>(node));
  }
  [[nodiscard]] const std::vector<std::uint32_t>& all() const noexcept { return lengths_; }

 private:
  static constexpr std::uint32_t kUnknown = ~0u;
  std::uint32_t of(std::uint16_t node) {  // no deeper than a number has digits
    if (lengths_[node] != kUnknown) return lengths_[node];
    std::uint32_t lengths = nodes_[node].accepts != 0 ? 1 : 0;
    for (const std::uint16_t to : nodes_[node].next) {
      if (to != 0) lengths |= of(to) << 1;
    }
    return lengths_[node] = lengths;
  }
  std::span<const PhoneNode> nodes_;
  std::vector<std::uint32_t> lengths_;
};

}  // namespace

PhoneRules::PhoneRules(const std::vector<std::string>& countries)
    : start_by_code_(1000), lengths_by_code_(1000) {
  const RemainingLengths lengths;
  for (const CallingCode& code : calling_codes()) {
    start_by_code_[code.code] = code.start;
    lengths_by_code_[code.code] = lengths.all()[code.start];
  }
  for (const NumberingPlan& plan : numbering_plans()) {
    if (std::find(countries.begin(), countries.end(), plan.country) == countries.end()) continue;
    const Plan one{std::to_string(plan.code), plan.trunk_prefix, start_by_code_[plan.code],
                   groupings_of(plan.code)};
    // Countries share plans: the United States and Canada.
    const auto same = [&one](const Plan& other) {
      return other.code == one.code && other.trunk_prefix == one.trunk_prefix;
    };
    if (std::none_of(plans_.begin(), plans_.end(), same)) plans_.push_back(one);
  }
  for (std::size_t i = 0; i < plans_.size(); ++i)
    add_beginnings(Plans{1} << std::min<std::size_t>(i, 63), i, lengths.all());
  beginnings_.finish();
  in_parentheses_.finish();
}

void PhoneRules::PlansByBeginning::add(Plans plan, std::size_t beginning, std::size_t digits) {
  exactly[beginning][std::min(digits, kDigitsMax)] |= plan;
}

void PhoneRules::PlansByBeginning::finish() {
  for (std::size_t beginning = 0; beginning < 100; ++beginning) {
    Plans plans = 0;
    for (std::size_t digits = 0; digits <= kDigitsMax; ++digits)
      at_most[beginning][digits] = plans |= exactly[beginning][digits];
  }
}

/// What national() would accept, as far as two digits and their count tell.
void PhoneRules::add_beginnings(Plans plan, std::size_t index,
                                const std::vector<std::uint32_t>& lengths) {
  const std::string& trunk = plans_[index].trunk_prefix;
  const std::size_t code_size = plans_[index].code.size();
  if (trunk == "1") one_digit_first_ |= plan;
  const auto add = [&](std::size_t beginning, std::size_t prefix_size, std::size_t digits) {
    in_parentheses_.add(plan, beginning, digits);
    if (trunk != "0" || prefix_size != 0) beginnings_.add(plan, beginning, digits);
  };
  for (std::size_t beginning = 0; beginning < 100; ++beginning) {
    const char text[] = {static_cast<char>('0' + beginning / 10),
                         static_cast<char>('0' + beginning % 10)};
    const std::string_view two(text, 2);
    // A prefix of three digits may be there or not.
    const bool may_have_prefix = two.starts_with(std::string_view(trunk).substr(0, 2));
    for (const std::size_t prefix_size : {std::size_t{0}, trunk.size()}) {
      if (prefix_size != 0 && !may_have_prefix) continue;
      if (prefix_size == 0 && may_have_prefix && !trunk.empty() && trunk.size() <= 2) continue;
      std::uint16_t node = plans_[index].start;
      std::size_t taken = 0;
      bool alive = true;
      for (const char c : two.substr(std::min<std::size_t>(prefix_size, 2))) {
        const std::uint16_t next = phone_nodes()[node].next[static_cast<std::size_t>(digit(c))];
        if (next == 0 && c == '0' && taken == 0) continue;
        alive = alive && next != 0;
        node = next;
        ++taken;
      }
      if (!alive) continue;
      const std::size_t read = std::max<std::size_t>(prefix_size, 2);
      for (std::size_t more = 0; more < 31; ++more) {
        if ((lengths[node] >> more & 1) == 0 || code_size + taken + more < kDigitsMin) continue;
        add(beginning, prefix_size, read + more);
        // A zero may yet precede the number, which the automaton does not count.
        if (taken == 0) add(beginning, prefix_size, read + more + 1);
      }
    }
  }
}

std::size_t PhoneRules::calling_code_size(std::string_view digits) const noexcept {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < digits.size() && i < 3; ++i) {
    code = code * 10 + static_cast<std::uint32_t>(digit(digits[i]));
    if (start_by_code_[code] != 0) return i + 1;
  }
  return 0;
}

bool PhoneRules::possible(std::string_view digits) const noexcept {
  const std::size_t code_size = calling_code_size(digits);
  if (code_size == 0) return false;
  std::uint32_t code = 0;
  for (const char c : digits.substr(0, code_size))
    code = code * 10 + static_cast<std::uint32_t>(digit(c));
  const auto nodes = phone_nodes();
  std::uint16_t node = start_by_code_[code];
  for (const char c : digits.substr(code_size))
    node = nodes[node].next[static_cast<std::size_t>(digit(c))];
  return nodes[node].accepts != 0;
}

}  // namespace outspan::detect
