#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/duration_text.h"
#include "config/nearest_name.h"
#include "core/result.h"
#include "core/time.h"

namespace outspan::config {

/// A YAML document being read, and everything found wrong with it so far. Problems are collected,
/// not thrown: the operator sees all of them in one go. Included by config/*.cpp only.
class YamlDocument {
 public:
  /// `name` is the file as the operator knows it. A syntax error becomes a problem and the document
  /// is empty.
  static YamlDocument parse(const std::string& name, const std::string& text);
  /// A file that cannot be read is a problem as well.
  static YamlDocument load(const std::string& path);

  [[nodiscard]] const YAML::Node& root() const noexcept { return root_; }
  [[nodiscard]] std::string where(const YAML::Mark& mark) const;
  void fail(const YAML::Mark& mark, std::string what) {
    problems_.push_back({where(mark), std::move(what)});
  }
  [[nodiscard]] const Problems& problems() const noexcept { return problems_; }

 private:
  std::string name_;
  YAML::Node root_;
  Problems problems_;
};

/// One value of a document. Reads assign on success and add a problem otherwise; the value that
/// was there stays. An absent value (`given()` is false) reads as success without assigning.
class YamlValue {
 public:
  YamlValue(YamlDocument& document, YAML::Node node)
      : document_(&document), node_(std::move(node)) {}
  static YamlValue root(YamlDocument& document) { return {document, document.root()}; }

  [[nodiscard]] bool given() const { return node_.IsDefined() && !node_.IsNull(); }
  [[nodiscard]] bool is_map() const { return node_.IsDefined() && node_.IsMap(); }
  [[nodiscard]] bool is_list() const { return node_.IsDefined() && node_.IsSequence(); }
  [[nodiscard]] bool is_scalar() const { return node_.IsDefined() && node_.IsScalar(); }
  [[nodiscard]] std::string where() const { return document_->where(node_.Mark()); }
  /// "must be ...": the problem is reported with the value's position.
  void fail(std::string what) const { document_->fail(node_.Mark(), std::move(what)); }

  bool read(std::string& out) const;
  bool read(bool& out) const;
  bool read(std::uint64_t& out, std::uint64_t min, std::uint64_t max) const;
  template <class Integer>
  bool read_integer(Integer& out, std::uint64_t min, std::uint64_t max) const {
    auto value = static_cast<std::uint64_t>(out);
    if (!read(value, min, max)) return false;
    out = static_cast<Integer>(value);
    return true;
  }
  /// "500ms", "30s", "5m", "24h", "7d".
  bool read(Duration& out, Duration min, Duration max) const;
  /// A list of texts; a single text stands for a list of one.
  bool read(std::vector<std::string>& out) const;
  /// One of `names`, given back as its index.
  bool read_choice(std::size_t& out, const std::vector<std::string_view>& names) const;

  /// Elements of a list; anything else given is a problem and gives none.
  [[nodiscard]] std::vector<YamlValue> items() const;
  [[nodiscard]] const YAML::Node& node() const noexcept { return node_; }
  [[nodiscard]] YamlDocument& document() const noexcept { return *document_; }

 private:
  YamlDocument* document_;
  YAML::Node node_;
};

/// A mapping being read. Ask for every key that is known, then finish(): what is left over is
/// unknown and reported with the nearest known key.
class YamlMap {
 public:
  /// `what` names the mapping in messages: "a rule". An absent value is an empty mapping.
  YamlMap(const YamlValue& value, std::string what);

  [[nodiscard]] YamlValue operator[](std::string_view key);
  /// The same, and its absence is a problem.
  [[nodiscard]] YamlValue require(std::string_view key);
  void finish() const;

 private:
  YamlValue value_;
  std::string what_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace outspan::config
