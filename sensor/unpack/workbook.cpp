#include "unpack/workbook.h"

#include <cstdlib>
#include <utility>

#include "unpack/xml_text.h"

namespace outspan::unpack {
namespace {

/// The shared strings of a workbook are held whole, as far as the worker's memory goes.
class SharedStrings final : public XmlEvents {
 public:
  explicit SharedStrings(std::vector<std::string>& strings) : strings_(strings) {}
  void open(std::string_view name, const char**) override {
    if (name == "si") strings_.emplace_back();
    if (name == "t") in_text_ = true;
    if (name == "rPh") ++phonetic_;  // how it is pronounced
  }
  void close(std::string_view name) override {
    if (name == "t") in_text_ = false;
    if (name == "rPh") --phonetic_;
  }
  void characters(std::string_view text) override {
    if (in_text_ && phonetic_ == 0 && !strings_.empty()) strings_.back() += text;
  }

 private:
  std::vector<std::string>& strings_;
  bool in_text_ = false;
  int phonetic_ = 0;
};

/// Pairs of two attributes of an element.
class Pairs final : public XmlEvents {
 public:
  Pairs(std::string_view element, std::string_view key, std::string_view value)
      : element_(element), key_(key), value_(value) {}
  void open(std::string_view name, const char** attributes) override {
    if (name == element_)
      found[std::string(attribute(attributes, key_))] = attribute(attributes, value_);
  }
  void close(std::string_view) override {}
  void characters(std::string_view) override {}
  std::map<std::string, std::string> found;

 private:
  std::string_view element_, key_, value_;
};

class Rows final : public XmlEvents {
 public:
  Rows(const std::vector<std::string>& strings, Output& output)
      : strings_(strings), output_(output) {}
  void open(std::string_view name, const char** attributes) override {
    if (name == "c") {
      shared_ = attribute(attributes, "t") == "s";
      value_.clear();
    }
    in_value_ = name == "v" || name == "t";
    in_formula_ = name == "f";
    if (name == "row") first_ = true;
  }
  void close(std::string_view name) override {
    in_value_ = in_formula_ = false;
    if (name == "c") {
      if (!std::exchange(first_, false)) output_.text("\t");
      cell();
      if (!formula_.empty()) {  // ="Smith"&"..." has text in it as well
        output_.text(" ");
        output_.text(formula_);
        formula_.clear();
      }
    }
    if (name == "row") output_.text("\n");
    if (name == "oddHeader" || name == "oddFooter") output_.text("\n");
  }
  void characters(std::string_view text) override {
    if (in_value_) value_ += text;
    if (in_formula_) formula_ += text;
    if (!in_value_ && !in_formula_ && text.find_first_not_of(" \r\n\t") != std::string_view::npos)
      output_.text(text);  // headers, footers, and what else there may be
  }

 private:
  void cell() {
    if (!shared_) return output_.text(value_);
    const std::size_t index = std::strtoull(value_.c_str(), nullptr, 10);
    if (index < strings_.size()) output_.text(strings_[index]);
  }

  const std::vector<std::string>& strings_;
  Output& output_;
  std::string value_;
  std::string formula_;
  bool shared_ = false;
  bool in_value_ = false;
  bool in_formula_ = false;
  bool first_ = true;
};

bool read_xml(ArchiveEntry& entry, XmlEvents& events) {
  XmlReader reader(events);
  bool good = true;
  const bool whole = entry.read([&](Bytes bytes) { good = good && reader.feed(bytes); });
  return good && reader.feed({}, true) && whole;
}

constexpr std::string_view kStringsPart = "xl/sharedStrings.xml";

}  // namespace

void Workbook::read_tables(Bytes file) {
  Pairs sheets("sheet", "id", "name");
  Pairs parts("Relationship", "Id", "Target");
  walk_archive(file, [&](ArchiveEntry& entry) {
    if (entry.name() == "xl/workbook.xml") read_xml(entry, sheets);
    if (entry.name() == "xl/_rels/workbook.xml.rels") read_xml(entry, parts);
    if (entry.name() == kStringsPart) {
      SharedStrings shared(strings_);
      strings_good_ = read_xml(entry, shared);
    }
  });
  for (const auto& [id, target] : parts.found) {
    const auto sheet = sheets.found.find(id);
    if (sheet == sheets.found.end()) continue;
    // Targets are relative to xl/, or absolute.
    sheet_names_[target.starts_with("/") ? target.substr(1) : "xl/" + target] = sheet->second;
  }
}

const std::string* Workbook::sheet_of(const std::string& part) const {
  const auto found = sheet_names_.find(part);
  return found == sheet_names_.end() ? nullptr : &found->second;
}

bool Workbook::has_read(std::string_view part) const noexcept {
  return strings_good_ && !sheet_names_.empty() && part == kStringsPart;
}

bool Workbook::unpack_sheet(ArchiveEntry& entry, const std::string& name, Output& output) const {
  output.begin(name);
  Rows rows(strings_, output);
  const bool good = read_xml(entry, rows);
  output.end();
  return good;
}

}  // namespace outspan::unpack
