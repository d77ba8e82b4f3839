#include "config/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace outspan::config {
namespace {

struct Unit {
  std::string_view suffix;
  Duration length;
};
constexpr Unit kUnits[] = {
    {"ms", std::chrono::milliseconds(1)}, {"s", std::chrono::seconds(1)},
    {"m", std::chrono::minutes(1)},       {"h", std::chrono::hours(1)},
    {"d", std::chrono::hours(24)},
};

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quoted(const YAML::Node& node) {
  if (!node.IsScalar())
    return node.IsMap() ? "a mapping" : node.IsSequence() ? "a list" : "nothing";
  constexpr std::size_t kShown = 40;
  const std::string& text = node.Scalar();
  return "'" + text.substr(0, kShown) + (text.size() > kShown ? "…'" : "'");
}

std::string joined(const std::vector<std::string_view>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Levenshtein distance; names are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view given, const std::vector<std::string>& names) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, given.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t steps = given.size() > 64 ? best_distance : distance(given, name);
    if (steps < best_distance) {
      best_distance = steps;
      best = name;
    }
  }
  return best;
}

std::optional<Duration> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = parse_number(text.substr(0, digits));
  if (!count || *count > 1'000'000'000) return std::nullopt;
  for (const Unit& unit : kUnits)
    if (text.substr(digits) == unit.suffix) {
      const auto limit = Duration::max() / unit.length;
      if (static_cast<std::int64_t>(*count) > limit) return std::nullopt;
      return unit.length * static_cast<std::int64_t>(*count);
    }
  return std::nullopt;
}

std::string to_text(Duration duration) {
  for (auto unit = std::rbegin(kUnits); unit != std::rend(kUnits); ++unit)
    if (duration.count() != 0 && duration % unit->length == Duration::zero())
      return fmt::format("{}{}", duration / unit->length, unit->suffix);
  return "0s";
}

YamlDocument YamlDocument::parse(const std::string& name, const std::string& text) {
  YamlDocument document;
  document.name_ = name;
  try {
    document.root_ = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    document.root_ = YAML::Node();
    document.fail(error.mark, "not valid YAML: " + error.msg);
  }
  return document;
}

YamlDocument YamlDocument::load(const std::string& path) {
  constexpr std::uintmax_t kFileBytesMax = 16u << 20;
  const auto refuse = [&path](const std::string& why) {
    YamlDocument document;
    document.name_ = path;
    document.problems_.push_back({path, why});
    return document;
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return refuse("is a folder, expected a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(std::string("cannot be read: ") + std::strerror(errno));
  if (std::filesystem::file_size(path, error) > kFileBytesMax && !error)
    return refuse("is larger than 16 MiB, which is no configuration");
  return parse(path, {std::istreambuf_iterator<char>(file), {}});
}

std::string YamlDocument::where(const YAML::Mark& mark) const {
  if (mark.is_null()) return name_;
  return fmt::format("{}:{}:{}", name_, mark.line + 1, mark.column + 1);
}

bool YamlValue::read(std::string& out) const {
  if (!given()) return true;
  if (!is_scalar()) {
    fail("must be a text, got " + quoted(node_));
    return false;
  }
  out = node_.Scalar();
  return true;
}

bool YamlValue::read(bool& out) const {
  if (!given()) return true;
  if (is_scalar()) {
    for (const std::string_view yes : {"true", "yes", "on"})
      if (node_.Scalar() == yes) return out = true;
    for (const std::string_view no : {"false", "no", "off"})
      if (node_.Scalar() == no) return out = false, true;
  }
  fail("must be true or false, got " + quoted(node_));
  return false;
}

bool YamlValue::read(std::uint64_t& out, std::uint64_t min, std::uint64_t max) const {
  if (!given()) return true;
  const auto value = is_scalar() ? parse_number(node_.Scalar()) : std::nullopt;
  if (!value || *value < min || *value > max) {
    fail(fmt::format("must be a whole number from {} to {}, got {}", min, max, quoted(node_)));
    return false;
  }
  out = *value;
  return true;
}

bool YamlValue::read(Duration& out, Duration min, Duration max) const {
  if (!given()) return true;
  const auto value = is_scalar() ? parse_duration(node_.Scalar()) : std::nullopt;
  if (!value || *value < min || *value > max) {
    fail(fmt::format("must be a time from {} to {} such as 30s, 5m, 24h or 7d, got {}",
                     to_text(min), to_text(max), quoted(node_)));
    return false;
  }
  out = *value;
  return true;
}

bool YamlValue::read(std::vector<std::string>& out) const {
  if (!given()) return true;
  if (is_scalar()) {
    out = {node_.Scalar()};
    return true;
  }
  if (!is_list()) {
    fail("must be a list of texts, got " + quoted(node_));
    return false;
  }
  std::vector<std::string> texts;
  bool good = true;
  for (const YamlValue& item : items()) {
    std::string text;
    if (!item.given()) {
      item.fail("must be a text, got nothing");
      good = false;
    }
    good = item.read(text) && good;
    texts.push_back(std::move(text));
  }
  if (good) out = std::move(texts);
  return good;
}

bool YamlValue::read_choice(std::size_t& out, const std::vector<std::string_view>& names) const {
  if (!given()) return true;
  if (is_scalar()) {
    const auto found = std::find(names.begin(), names.end(), node_.Scalar());
    if (found != names.end()) {
      out = static_cast<std::size_t>(found - names.begin());
      return true;
    }
  }
  fail(fmt::format("must be one of {}; got {}", joined(names), quoted(node_)));
  return false;
}

std::vector<YamlValue> YamlValue::items() const {
  std::vector<YamlValue> items;
  if (!given()) return items;
  if (!is_list()) {
    fail("must be a list, got " + quoted(node_));
    return items;
  }
  for (const YAML::Node& node : node_) items.emplace_back(*document_, node);
  return items;
}

YamlMap::YamlMap(const YamlValue& value, std::string what) : value_(value), what_(std::move(what)) {
  if (value_.given() && !value_.is_map())
    value_.fail(what_ + " must be a mapping of keys to values, got " + quoted(value_.node()));
}

YamlValue YamlMap::operator[](std::string_view key) {
  known_.emplace(key);
  if (value_.is_map())
    for (const auto& entry : value_.node())
      if (entry.first.IsScalar() && entry.first.Scalar() == key)
        return {value_.document(), entry.second};
  return {value_.document(), YAML::Node(YAML::NodeType::Undefined)};
}

YamlValue YamlMap::require(std::string_view key) {
  YamlValue value = (*this)[key];
  if (!value.given()) value_.fail(fmt::format("{} needs '{}'", what_, key));
  return value;
}

void YamlMap::finish() const {
  if (!value_.is_map()) return;
  const std::vector<std::string> known(known_.begin(), known_.end());
  std::set<std::string> seen;
  for (const auto& entry : value_.node()) {
    const YamlValue key(value_.document(), entry.first);
    if (!key.is_scalar()) {
      key.fail("a key must be a text");
      continue;
    }
    const std::string& name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      key.fail(fmt::format("'{}' is given twice", name));
    } else if (!known_.contains(name)) {
      const std::string nearest = nearest_name(name, known);
      key.fail(nearest.empty() ? fmt::format("unknown key '{}' in {}; known are {}", name, what_,
                                             fmt::join(known, ", "))
                               : fmt::format("unknown key '{}' in {}; did you mean '{}'?", name,
                                             what_, nearest));
    }
  }
}

}  // namespace outspan::config
