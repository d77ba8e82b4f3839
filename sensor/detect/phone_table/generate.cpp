// Build tool: turns the numbering plans inside libphonenumber into one automaton over digits, so
// that the sensor decides "is this a number that can exist" in some twenty nanoseconds. The library
// itself takes 17 microseconds a number, about a thousand times too much for the packet path.
//
// Usage: outspan_phone_table OUTPUT.cpp
#include <phonenumbers/phonemetadata.pb.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace i18n::phonenumbers {
// Exported by the library, declared in headers that it does not install.
int metadata_size();
const void* metadata_get();
int alternate_format_size();
const void* alternate_format_get();
}  // namespace i18n::phonenumbers

namespace {

using i18n::phonenumbers::NumberFormat;
using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberDesc;

struct NfaState {
  std::uint16_t digits = 0;  // bit d: digit d leads to `next`
  int next = -1;
  std::vector<int> silent;
};

/// The part of regular expressions that numbering plans are written in.
class Nfa {
 public:
  struct Fragment {
    int begin, end;
  };

  Fragment parse(const std::string& pattern) {
    text_ = pattern;
    at_ = 0;
    const Fragment whole = alternatives();
    if (at_ != text_.size()) throw std::runtime_error("cannot read pattern " + pattern);
    return whole;
  }
  const NfaState& operator[](int state) const { return states_[static_cast<std::size_t>(state)]; }

 private:
  int add() {
    states_.emplace_back();
    return static_cast<int>(states_.size()) - 1;
  }
  NfaState& at(int state) { return states_[static_cast<std::size_t>(state)]; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  Fragment alternatives() {
    const int begin = add(), end = add();
    do {
      const Fragment part = sequence();
      at(begin).silent.push_back(part.begin);
      at(part.end).silent.push_back(end);
    } while (peek() == '|' && ++at_);
    return {begin, end};
  }

  Fragment sequence() {
    const int begin = add();
    int end = begin;
    while (peek() != '\0' && peek() != '|' && peek() != ')') {
      const std::size_t atom_at = at_;
      Fragment part = atom();
      const std::size_t after_atom = at_;
      const auto [min, max] = repeats();
      const std::size_t after_repeats = at_;
      for (int i = 0; i < max; ++i) {
        if (i > 0) {
          at_ = atom_at;
          part = atom();
          if (at_ != after_atom) throw std::runtime_error("lost in pattern " + text_);
        }
        if (i >= min) at(part.begin).silent.push_back(part.end);
        at(end).silent.push_back(part.begin);
        end = part.end;
      }
      at_ = after_repeats;
    }
    return {begin, end};
  }

  std::pair<int, int> repeats() {
    if (peek() == '?') return ++at_, std::pair{0, 1};
    if (peek() != '{') return {1, 1};
    const std::size_t close = text_.find('}', at_);
    const std::string inside = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    const std::size_t comma = inside.find(',');
    const int min = std::stoi(inside);
    return {min, comma == std::string::npos ? min : std::stoi(inside.substr(comma + 1))};
  }

  Fragment atom() {
    if (peek() == '(') {
      at_ += text_.compare(at_, 3, "(?:") == 0 ? 3 : 1;
      const Fragment inside = alternatives();
      if (peek() != ')') throw std::runtime_error("group not closed in " + text_);
      ++at_;
      return inside;
    }
    const int begin = add(), end = add();
    at(begin).digits = digits();
    at(begin).next = end;
    return {begin, end};
  }

  std::uint16_t digits() {
    const auto bit = [](char c) { return static_cast<std::uint16_t>(1u << (c - '0')); };
    const char c = text_[at_++];
    if (c >= '0' && c <= '9') return bit(c);
    if (c == '\\' && peek() == 'd') return ++at_, static_cast<std::uint16_t>(0x3ff);
    if (c != '[') throw std::runtime_error("unknown element in pattern " + text_);
    std::uint16_t found = 0;
    while (peek() != ']') {
      const char from = text_[at_++];
      if (from == '\\' && peek() == 'd') {
        ++at_;
        found = 0x3ff;
        continue;
      }
      const bool range = peek() == '-';
      const char to = range ? text_[at_ + 1] : from;
      if (range) at_ += 2;
      if (from < '0' || to > '9' || from > to) throw std::runtime_error("bad class in " + text_);
      for (char d = from; d <= to; ++d) found = static_cast<std::uint16_t>(found | bit(d));
    }
    ++at_;
    return found;
  }

  std::string text_;
  std::size_t at_ = 0;
  std::vector<NfaState> states_;
};

void close(const Nfa& nfa, int state, std::set<int>& into) {
  if (!into.insert(state).second) return;
  for (const int next : nfa[state].silent) close(nfa, next, into);
}

/// The states that `digit` leads to; 10 stands for any digit.
std::set<int> step(const Nfa& nfa, const std::set<int>& states, int digit) {
  std::set<int> next;
  for (const int state : states) {
    const NfaState& from = nfa[state];
    if (from.next >= 0 && from.digits != 0 && (digit == 10 || (from.digits >> digit & 1) != 0))
      close(nfa, from.next, next);
  }
  return next;
}

/// How people write the numbers of a calling code: lengths of the groups, five bits each, the first
/// one lowest; and which two digits such a number begins with (bit: tens * 10 + ones).
class Groupings {
 public:
  using Key = std::pair<int, std::uint32_t>;  // calling code, shape
  using Beginnings = std::array<std::uint64_t, 2>;

  void add(int code, const NumberFormat& format) {
    std::vector<std::set<int>> groups;
    const std::string& pattern = format.pattern();
    for (std::size_t at = 0; at < pattern.size();) {
      const std::size_t end = group_end(pattern, at);
      groups.push_back(lengths(pattern.substr(at, end - at)));
      at = end;
    }
    const int leading = format.leading_digits_pattern_size();
    add_shapes(code, groups, 0, 0, 0,
               beginnings(leading == 0 ? "" : format.leading_digits_pattern(leading - 1)));
  }
  [[nodiscard]] const std::map<Key, Beginnings>& all() const { return all_; }

 private:
  static constexpr int kDigitsMax = 15, kGroupsMax = 6;

  static std::size_t group_end(const std::string& pattern, std::size_t at) {
    int depth = 0;
    do {
      if (pattern[at] == '(') ++depth;
      if (pattern[at] == ')') --depth;
      ++at;
    } while (depth > 0 && at < pattern.size());
    while (at < pattern.size() && pattern[at] != '(') ++at;
    return at;
  }

  static std::set<int> lengths(const std::string& pattern) {
    Nfa nfa;
    const auto fragment = nfa.parse(pattern);
    std::set<int> states, found;
    close(nfa, fragment.begin, states);
    for (int length = 0; length <= kDigitsMax && !states.empty(); ++length) {
      if (states.contains(fragment.end)) found.insert(length);
      states = step(nfa, states, 10);
    }
    return found;
  }

  static Beginnings beginnings(const std::string& pattern) {
    if (pattern.empty()) return {~std::uint64_t{0}, ~std::uint64_t{0}};
    Nfa nfa;
    const auto fragment = nfa.parse(pattern);
    Beginnings all{};
    for (int tens = 0; tens < 10; ++tens) {
      std::set<int> start;
      close(nfa, fragment.begin, start);
      const std::set<int> first = step(nfa, start, tens);
      for (int ones = 0; ones < 10; ++ones) {
        if (!first.contains(fragment.end) && step(nfa, first, ones).empty()) continue;
        const int bit = tens * 10 + ones;
        all[static_cast<std::size_t>(bit / 64)] |= std::uint64_t{1} << bit % 64;
      }
    }
    return all;
  }

  void add_shapes(int code, const std::vector<std::set<int>>& groups, std::size_t at,
                  std::uint32_t shape, int digits, const Beginnings& beginnings) {
    if (digits > kDigitsMax || groups.size() > kGroupsMax) return;
    if (at == groups.size()) {
      Beginnings& known = all_[{code, shape}];
      for (std::size_t i = 0; i < known.size(); ++i) known[i] |= beginnings[i];
      return;
    }
    for (const int length : groups[at])
      add_shapes(code, groups, at + 1, shape | static_cast<std::uint32_t>(length) << 5 * at,
                 digits + length, beginnings);
  }

  std::map<Key, Beginnings> all_;
};

struct Kind {
  int end;
  std::set<int> lengths;  // empty: any
};
struct Region {
  int general_end;
  std::vector<Kind> kinds;
};

using Node = std::array<int, 11>;  // ten transitions, then whether it accepts

/// The automata of all calling codes, equal parts shared. Node 0 refuses everything.
class Automaton {
 public:
  Automaton() { intern(Node{}); }

  int build(const std::vector<const PhoneMetadata*>& regions) {
    nfa_ = Nfa();
    regions_.clear();
    memo_.clear();
    std::set<int> start;
    for (const PhoneMetadata* metadata : regions) {
      Region region;
      const auto general = nfa_.parse(metadata->general_desc().national_number_pattern());
      region.general_end = general.end;
      close(nfa_, general.begin, start);
      // The kinds that make IsValidNumber() say yes.
      for (const PhoneNumberDesc* kind :
           {&metadata->fixed_line(), &metadata->mobile(), &metadata->toll_free(),
            &metadata->premium_rate(), &metadata->shared_cost(), &metadata->personal_number(),
            &metadata->voip(), &metadata->pager(), &metadata->uan(), &metadata->voicemail()}) {
        const std::string& pattern = kind->national_number_pattern();
        if (pattern.empty() || pattern == "NA") continue;
        const auto fragment = nfa_.parse(pattern);
        close(nfa_, fragment.begin, start);
        const auto& lengths = kind->possible_length_size() > 0
                                  ? kind->possible_length()
                                  : metadata->general_desc().possible_length();
        region.kinds.push_back({fragment.end, {lengths.begin(), lengths.end()}});
      }
      regions_.push_back(std::move(region));
    }
    return node(start, 0);
  }
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  bool accepts(const std::set<int>& states, int depth) const {
    for (const Region& region : regions_) {
      if (!states.contains(region.general_end)) continue;
      for (const Kind& kind : region.kinds) {
        if (states.contains(kind.end) && (kind.lengths.empty() || kind.lengths.contains(depth)))
          return true;
      }
    }
    return false;
  }

  int node(const std::set<int>& states, int depth) {
    if (states.empty()) return 0;
    const auto key = std::pair{states, depth};
    if (const auto known = memo_.find(key); known != memo_.end()) return known->second;
    Node made{};
    for (int digit = 0; digit < 10; ++digit)
      made[static_cast<std::size_t>(digit)] = node(step(nfa_, states, digit), depth + 1);
    made[10] = accepts(states, depth) ? 1 : 0;
    const int id = intern(made);
    memo_.emplace(key, id);
    return id;
  }

  int intern(const Node& made) {
    const auto [it, added] = ids_.emplace(made, static_cast<int>(nodes_.size()));
    if (added) nodes_.push_back(made);
    return it->second;
  }

  Nfa nfa_;
  std::vector<Region> regions_;
  std::map<std::pair<std::set<int>, int>, int> memo_;
  std::map<Node, int> ids_;
  std::vector<Node> nodes_;
};

void write(std::ostream& out, const Automaton& automaton, const std::map<int, int>& starts,
           const std::map<std::string, std::pair<int, std::string>>& plans,
           const Groupings& groupings) {
  out << "// Generated from libphonenumber by phone_table/generate.cpp.\n"
         "#include \"detect/phone_table.h\"\n\nnamespace outspan::detect {\nnamespace {\n\n"
         "constexpr PhoneNode kNodes[] = {\n";
  for (const Node& node : automaton.nodes()) {
    out << "{{";
    for (int digit = 0; digit < 10; ++digit) out << (digit ? "," : "") << node[digit];
    out << "}," << node[10] << "},\n";
  }
  out << "};\nconstexpr CallingCode kCodes[] = {\n";
  for (const auto& [code, start] : starts) out << "{" << code << "," << start << "},\n";
  out << "};\nconstexpr NumberingPlan kPlans[] = {\n";
  for (const auto& [id, plan] : plans)
    out << "{\"" << id << "\"," << plan.first << ",\"" << plan.second << "\"},\n";
  out << "};\nconstexpr NumberGrouping kGroupings[] = {\n";
  for (const auto& [key, beginnings] : groupings.all()) {
    out << "{" << key.first << "," << key.second << ",{" << beginnings[0] << "u," << beginnings[1]
        << "u}},\n";
  }
  out << "};\n\n}  // namespace\n\n"
         "std::span<const PhoneNode> phone_nodes() noexcept { return kNodes; }\n"
         "std::span<const CallingCode> calling_codes() noexcept { return kCodes; }\n"
         "std::span<const NumberingPlan> numbering_plans() noexcept { return kPlans; }\n"
         "std::span<const NumberGrouping> number_groupings() noexcept { return kGroupings; }\n\n"
         "}  // namespace outspan::detect\n";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: outspan_phone_table OUTPUT.cpp");
  namespace library = i18n::phonenumbers;
  PhoneMetadataCollection all, alternate;
  if (!all.ParseFromArray(library::metadata_get(), library::metadata_size()) ||
      !alternate.ParseFromArray(library::alternate_format_get(), library::alternate_format_size()))
    throw std::runtime_error("libphonenumber's metadata cannot be read");

  std::map<int, std::vector<const PhoneMetadata*>> by_code;
  std::map<std::string, std::pair<int, std::string>> plans;
  for (const PhoneMetadata& metadata : all.metadata()) {
    by_code[metadata.country_code()].push_back(&metadata);
    if (metadata.id().size() == 2)
      plans[metadata.id()] = {metadata.country_code(), metadata.national_prefix()};
  }
  Automaton automaton;
  std::map<int, int> starts;
  for (const auto& [code, regions] : by_code) starts[code] = automaton.build(regions);
  if (automaton.nodes().size() > 65535) throw std::runtime_error("more than 65535 nodes");

  Groupings groupings;
  for (const PhoneMetadataCollection* collection : {&all, &alternate}) {
    for (const PhoneMetadata& metadata : collection->metadata()) {
      for (const NumberFormat& format : metadata.number_format())
        groupings.add(metadata.country_code(), format);
    }
  }

  std::ofstream out(argv[1]);
  write(out, automaton, starts, plans, groupings);
  out.close();
  if (!out) throw std::runtime_error(std::string("cannot write ") + argv[1]);
  std::cout << automaton.nodes().size() << " nodes, " << starts.size() << " calling codes, "
            << groupings.all().size() << " groupings\n";
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << "outspan_phone_table: " << error.what() << '\n';
  return EXIT_FAILURE;
}
