#include "detect/phone.h"

#include <algorithm>
#include <utility>

#include "detect/beside.h"

namespace outspan::detect {
namespace {

constexpr std::size_t kDigitsMin = PhoneRules::kDigitsMin;
constexpr std::size_t kDigitsMax = 17;
constexpr std::size_t kRunsMax = 10;
constexpr std::size_t kUnassignedDigitsMin = 10;

/// The runs that a number could take have as many digits as the shortest number.
bool enough_digits(const NumberGroup& group, std::size_t first) noexcept {
  const auto runs = group.runs();
  std::size_t digits = 0;
  for (std::size_t i = first; i < runs.size() && digits < kDigitsMin; ++i) digits += runs[i].size();
  return digits >= kDigitsMin;
}

/// The runs of a national number, without the prefix that is dialled before it, are groups as its
/// plan has them. `national`: its digits.
bool is_grouping(std::span<const NumberGrouping> groupings, std::span<const Run> runs,
                 std::size_t prefix_size, std::string_view national) noexcept {
  if (runs.front().size() == prefix_size) {
    runs = runs.subspan(1);
    prefix_size = 0;
  }
  if (runs.size() < 2 || runs.size() > 6 || runs.front().size() < prefix_size) return false;
  std::uint32_t shape = 0;
  for (std::size_t i = runs.size(); i > 0; --i) shape = shape << 5 | (runs[i - 1].shape & 31);
  shape -= static_cast<std::uint32_t>(prefix_size);
  const auto found = std::lower_bound(
      groupings.begin(), groupings.end(), shape,
      [](const NumberGrouping& grouping, std::uint32_t wanted) { return grouping.shape < wanted; });
  if (found == groupings.end() || found->shape != shape) return false;
  const auto two = static_cast<std::size_t>(digit(national[0]) * 10 + digit(national[1]));
  return (found->beginnings[two / 64] >> two % 64 & 1) != 0;
}

/// Blanks only, or blanks and the sign of the next number: between the columns of a table.
bool is_column_gap(TextSpan text, std::uint32_t begin, std::uint32_t end) noexcept {
  const std::string_view gap = text.bytes.substr(begin, end - begin);
  const std::size_t other = gap.find_first_not_of(' ');
  return other == std::string_view::npos || (other > 0 && gap.substr(other) == "-");
}

/// Groups of one number: "415 555", "415-555", ") ", " / ", " - ", but not "415  555" or "415
/// -555".
bool joins_groups(TextSpan text, const Run& before, const Run& after) noexcept {
  return after.before != Gap::mixed_blank || !is_column_gap(text, before.end, after.begin);
}

/// A number in a row of numbers with blanks between them, and blanks inside: where it begins and
/// ends is a guess.
bool in_a_row(TextSpan text, const NumberGroup& group, std::size_t first,
              std::size_t last) noexcept {
  const auto runs = group.runs();
  for (std::size_t i = first + 1; i <= last; ++i)
    if (runs[i].before != Gap::blank) return false;
  const auto column_before = [&](std::size_t i) {
    return has_blank(runs[i].before) && is_column_gap(text, runs[i - 1].end, runs[i].begin);
  };
  return (first > 0 && column_before(first)) ||
         (last + 1 < runs.size() && column_before(last + 1) && !date_at(text, group, last + 1));
}

}  // namespace

/// Walks the automaton over runs of digits and remembers the longest number that it accepted.
class PhoneRules::Reader {
 public:
  explicit Reader(const PhoneRules& rules) noexcept : rules_(rules), nodes_(phone_nodes()) {}

  /// National digits follow.
  void begin_at(const Plan& plan, bool after_zero) noexcept {
    skipped_zero_ = after_zero;
    for (const char c : plan.code) finding_.add(c);
    code_digits_ = plan.code.size();
    node_ = plan.start;
  }
  /// False: no number continues like this, and nothing more may be taken.
  bool take(std::string_view digits) noexcept {
    while (node_ == 0 && !digits.empty()) {
      if (!take_of_code(digits[0])) return false;
      digits.remove_prefix(1);
    }
    // "+44 020 …"
    if (national_digits_ == 0 && !digits.empty() && digits[0] == '0' &&
        nodes_[node_].next[0] == 0) {
      if (std::exchange(skipped_zero_, true)) return false;
      digits.remove_prefix(1);
    }
    if (code_digits_ + national_digits_ + digits.size() > kDigitsMax) return false;
    std::uint16_t node = node_;
    for (const char c : digits) {
      node = nodes_[node].next[static_cast<std::size_t>(digit(c))];
      if (node == 0) return false;
      finding_.add(c);
    }
    node_ = node;
    national_digits_ += digits.size();
    return true;
  }
  [[nodiscard]] bool before_national() const noexcept {
    return node_ != 0 && national_digits_ == 0;
  }
  [[nodiscard]] bool accepts() const noexcept {
    return node_ != 0 && nodes_[node_].accepts != 0 &&
           code_digits_ + national_digits_ >= kDigitsMin;
  }
  [[nodiscard]] const Finding& finding() const noexcept { return finding_; }
  void plus() noexcept { finding_.add('+'); }

 private:
  bool take_of_code(char c) noexcept {
    code_ = code_ * 10 + static_cast<std::uint32_t>(digit(c));
    if (code_ == 0 || ++code_digits_ > 3) return false;
    finding_.add(c);
    node_ = rules_.start_by_code_[code_];
    return true;
  }

  const PhoneRules& rules_;
  std::span<const PhoneNode> nodes_;
  Finding finding_{};
  std::uint32_t code_ = 0;
  std::size_t code_digits_ = 0, national_digits_ = 0;
  std::uint16_t node_ = 0;
  bool skipped_zero_ = false;
};

PhoneRules::Plans PhoneRules::candidates(TextSpan text, const NumberGroup& group, std::size_t first,
                                         bool in_parentheses) const noexcept {
  const auto runs = group.runs();
  const Run& run = runs[first];
  const bool alone = first + 1 == runs.size() || runs[first + 1].size() < 2;
  const auto at = [&text](std::uint32_t i) {
    return static_cast<std::size_t>(digit(text.bytes[i]));
  };
  if (run.size() == 1 && alone) return 0;
  const std::size_t beginning =
      at(run.begin) * 10 + at(run.size() > 1 ? run.begin + 1 : runs[first + 1].begin);
  const PlansByBeginning& table = in_parentheses ? in_parentheses_ : beginnings_;
  if (alone) return table.exactly[beginning][std::min<std::size_t>(run.size(), table.kDigitsMax)];
  std::size_t digits = run.size();
  for (std::size_t i = first + 1; i < runs.size() && i < first + kRunsMax && runs[i].size() > 1;
       ++i)
    digits += runs[i].size();
  const Plans plans = table.at_most[beginning][std::min<std::size_t>(digits, table.kDigitsMax)];
  return run.size() == 1 ? plans & one_digit_first_ : plans;
}

bool PhoneRules::find(TextSpan text, const NumberGroup& group, std::size_t first,
                      Finding& finding) const noexcept {
  const Run& run = group.runs()[first];
  const char before = text.before(run.begin);
  const char further = run.begin >= 2 ? text.bytes[run.begin - 2] : '\0';
  if (before == '+' || (before == '(' && further == '+'))
    return with_plus(text, group, first, run.begin - (before == '+' ? 1 : 2), finding);
  const bool own_beginning = run.before == Gap::none || has_blank(run.before);
  if (!own_beginning || !enough_digits(group, first)) return false;
  const std::uint32_t begin = before == '(' ? run.begin - 1 : run.begin;
  const bool international_prefix =
      run.size() >= 2 && text.bytes[run.begin] == '0' && text.bytes[run.begin + 1] == '0';
  const Plans plans = candidates(text, group, first, before == '(');
  if (plans == 0 && !international_prefix) return false;
  const Edge edge = edge_before_number(text, begin);
  if (edge == Edge::refused || date_at(text, group, first) ||
      (group.gap_after(first) == Gap::dot && ip_address_at(text, group, first)))
    return false;
  if (!(international_prefix && with_prefix(text, group, first, finding)) &&
      !any_national(text, group, first, plans, finding))
    return false;
  finding.begin = begin;
  finding.joined = edge == Edge::joined || edge_after_number(text, finding.end) == Edge::joined;
  if (!finding.joined) return true;
  finding.strength = Strength::weak;
  finding.among_neighbours = false;
  return true;
}

/// "00" is dialled, and what zeros fill up to a width begins with it as well.
bool PhoneRules::with_prefix(TextSpan text, const NumberGroup& group, std::size_t first,
                             Finding& finding) const noexcept {
  if (!international(text, group, first, 2, finding)) return false;
  const auto runs = group.runs();
  std::size_t last = first;
  while (last + 1 < runs.size() && runs[last + 1].begin < finding.end) ++last;
  const std::size_t code_size = calling_code_size(finding.value().substr(1));
  const std::size_t size = runs[first].size();
  // "0044 20 …", "00 44 …"
  const bool groups = last > first && (size == 2 || size == 2 + code_size);
  finding.strength =
      groups && !in_a_row(text, group, first, last) ? Strength::normal : Strength::weak;
  finding.among_neighbours = groups || last == first;
  return true;
}

/// An added line of a diff begins with a plus as well.
bool PhoneRules::with_plus(TextSpan text, const NumberGroup& group, std::size_t first,
                           std::uint32_t begin, Finding& finding) const noexcept {
  // "a++" is none, "++447911123456" an added line that begins with one.
  const bool another = text.before(begin) == '+' && begin != 1 && text.bytes[begin - 2] != '\n';
  const bool glued = word_before(text, begin);
  if (another || (glued && !glued_word_before(text, begin))) return false;
  const bool assigned = international(text, group, first, 0, finding);
  if (!assigned && !unassigned(text, group, first, finding)) return false;
  finding.begin = begin;
  finding.strength = glued ? Strength::weak : assigned ? Strength::strong : Strength::normal;
  finding.joined = glued;
  finding.among_neighbours = begin == 0 || text.before(begin) == '\n';
  return true;
}

/// The longest number of all plans, then the surest.
bool PhoneRules::any_national(TextSpan text, const NumberGroup& group, std::size_t first,
                              Plans plans, Finding& finding) const noexcept {
  bool found = false;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    if ((plans >> std::min<std::size_t>(i, 63) & 1) == 0) continue;
    Finding other;
    if (!national(plans_[i], text, group, first, other)) continue;
    if (!found || other.end > finding.end ||
        (other.end == finding.end && other.strength > finding.strength))
      finding = other;
    found = true;
  }
  return found;
}

bool PhoneRules::international(TextSpan text, const NumberGroup& group, std::size_t first,
                               std::size_t skip_digits, Finding& finding) const noexcept {
  const auto runs = group.runs();
  Reader reader(*this);
  reader.plus();
  bool found = false;
  for (std::size_t i = first; i < runs.size() && i < first + kRunsMax; ++i) {
    const Run& run = runs[i];
    if (i > first && date_at(text, group, i)) break;
    const std::string_view digits = text.bytes.substr(run.begin, run.size());
    if (digits == "0" && reader.before_national() && text.before(run.begin) == '(') continue;
    if (!reader.take(digits.substr(i == first ? std::min(skip_digits, digits.size()) : 0))) break;
    if (reader.accepts() &&
        (group.gap_after(i) != Gap::none || edge_after_number(text, run.end) != Edge::refused)) {
      finding = reader.finding();
      finding.end = run.end;
      finding.strength = Strength::normal;
      found = true;
    }
  }
  return found;
}

bool PhoneRules::unassigned(TextSpan text, const NumberGroup& group, std::size_t first,
                            Finding& finding) const noexcept {
  const auto runs = group.runs();
  Finding reading{};
  reading.add('+');
  std::uint32_t code = 0, lengths = 0;
  std::size_t digits = 0, code_digits = 0;
  bool found = false;
  for (std::size_t i = first; i < runs.size() && i < first + kRunsMax; ++i) {
    const Run& run = runs[i];
    if (i > first && date_at(text, group, i)) break;
    const std::string_view run_digits = text.bytes.substr(run.begin, run.size());
    const bool after_code = lengths != 0 && digits == code_digits;
    if (run_digits == "0" && after_code && text.before(run.begin) == '(') continue;
    for (const char c : run_digits) {
      if (++digits > kDigitsMax) return found;
      reading.add(c);
      if (lengths != 0) continue;
      if (digits > 3) return false;
      code = code * 10 + static_cast<std::uint32_t>(digit(c));
      if (code == 0) return false;
      lengths = lengths_by_code_[code];
      code_digits = digits;
    }
    // Short numbers of small countries would make a phone of every "+12 345 67".
    const bool right_length = lengths != 0 && digits >= kUnassignedDigitsMin &&
                              (lengths >> (digits - code_digits) & 1) != 0;
    if (!right_length ||
        (group.gap_after(i) == Gap::none && edge_after_number(text, run.end) == Edge::refused))
      continue;
    finding = reading;
    finding.end = run.end;
    found = true;
  }
  return found;
}

bool PhoneRules::national(const Plan& plan, TextSpan text, const NumberGroup& group,
                          std::size_t first, Finding& finding) const noexcept {
  const auto runs = group.runs();
  const std::string_view trunk = plan.trunk_prefix;
  const std::string_view start = text.bytes.substr(runs[first].begin, runs[first].size());
  const bool has_trunk = !trunk.empty() && start.starts_with(trunk);
  const bool in_parentheses = text.before(runs[first].begin) == '(';
  if (trunk == "0" && !has_trunk && !in_parentheses) return false;
  // "0 0 1024 768" is no number, "1-415-555-0132" is.
  if (start.size() == 1 && (trunk != "1" || group.gap_after(first) == Gap::none)) return false;

  Reader reader(*this);
  reader.plus();
  reader.begin_at(plan, has_trunk && trunk == "0");
  bool found = false, dots = false, others = false;
  for (std::size_t i = first; i < runs.size() && i < first + kRunsMax; ++i) {
    const Run& run = runs[i];
    if (i > first) {
      if (run.size() < 2 || date_at(text, group, i) || !joins_groups(text, runs[i - 1], run)) break;
      (run.before == Gap::dot ? dots : others) = true;
      if (dots && others) break;
    }
    const std::string_view digits = text.bytes.substr(run.begin, run.size());
    if (!reader.take(digits.substr(i == first && has_trunk ? trunk.size() : 0))) break;
    const Gap after = group.gap_after(i);
    const bool float_like = dots && i == first + 1;
    if (!reader.accepts() || float_like) continue;
    if (after == Gap::none ? edge_after_number(text, run.end) == Edge::refused : !has_blank(after))
      continue;
    finding = reader.finding();
    finding.end = run.end;
    const bool own_groups =
        i > first &&
        is_grouping(plan.groupings, runs.subspan(first, i - first + 1),
                    has_trunk ? trunk.size() : 0, finding.value().substr(1 + plan.code.size()));
    finding.strength =
        own_groups && !in_a_row(text, group, first, i) ? Strength::normal : Strength::weak;
    // Other groups are as many as there are rows of two integers.
    finding.among_neighbours = own_groups || i == first;
    found = true;
  }
  return found;
}

}  // namespace outspan::detect
