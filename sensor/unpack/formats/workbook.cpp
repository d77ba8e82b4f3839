#include "unpack/formats/workbook.h"

#include <cstdint>
#include <cstdlib>

#include "unpack/formats/binary_workbook.h"
#include "unpack/formats/row_writer.h"
#include "unpack/formats/xml_part.h"
#include "unpack/formats/xml_text.h"

namespace outspan::unpack {

/// Pairs of two attributes of an element.
class Workbook::Pairs final : public XmlEvents {
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
    if (!in_text_ || phonetic_ != 0 || strings_.empty()) return;
    strings_.back() += text;
    bytes_ += text.size();
  }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  std::vector<std::string>& strings_;
  std::uint64_t bytes_ = 0;
  bool in_text_ = false;
  int phonetic_ = 0;
};

/// The column of a cell by its name: 3 of "D5". `otherwise`: it has none.
std::uint32_t column_of(std::string_view cell, std::uint32_t otherwise) noexcept {
  constexpr std::uint32_t kColumns = 16384;
  std::uint32_t column = 0;
  for (const char c : cell) {
    if (c < 'A' || c > 'Z' || column > kColumns) break;
    column = column * 26 + static_cast<std::uint32_t>(c - 'A' + 1);
  }
  return column == 0 || column > kColumns ? otherwise : column - 1;
}

class Rows final : public XmlEvents {
 public:
  Rows(const std::vector<std::string>& strings, Output& output)
      : strings_(strings), output_(output), rows_(output) {}
  void open(std::string_view name, const char** attributes) override {
    if (name == "c") {
      shared_ = attribute(attributes, "t") == "s";
      column_ = column_of(attribute(attributes, "r"), column_ + 1);
      value_.clear();
    }
    in_value_ = name == "v" || name == "t";
    in_formula_ = name == "f";
    if (name == "row") column_ = kNoColumn;
  }
  void close(std::string_view name) override {
    in_value_ = in_formula_ = false;
    if (name == "c") cell();
    if (name == "row") rows_.end_row();
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
    std::string_view text = value_;
    if (shared_) {
      const std::size_t index = std::strtoull(value_.c_str(), nullptr, 10);
      text = index < strings_.size() ? std::string_view(strings_[index]) : std::string_view();
    }
    if (formula_.empty()) return rows_.cell(column_, text);
    // ="Smith"&"..." has text in it as well
    rows_.cell(column_, std::string(text) + " " + formula_);
    formula_.clear();
  }

  static constexpr std::uint32_t kNoColumn = UINT32_MAX;  // the next one is the first
  const std::vector<std::string>& strings_;
  Output& output_;
  RowWriter rows_;
  std::string value_;
  std::string formula_;
  std::uint32_t column_ = kNoColumn;
  bool shared_ = false;
  bool in_value_ = false;
  bool in_formula_ = false;
};

constexpr std::string_view kStringsPart = "xl/sharedStrings.xml";
constexpr std::string_view kBinaryStringsPart = "xl/sharedStrings.bin";
/// A binary part is held whole.
constexpr std::size_t kBinaryPartMax = 256 << 20;

bool is_binary(std::string_view part) noexcept { return part.ends_with(".bin"); }

}  // namespace

void Workbook::read_tables(Bytes file) {
  Pairs sheets("sheet", "id", "name");
  Pairs parts("Relationship", "Id", "Target");
  walk_archive(file, [&](ArchiveEntry& entry) {
    try {
      read_table(entry, sheets, parts);
    } catch (const Stop&) {
      // A part that is too large is no table; it will be handed on as any other.
    }
  });
  for (const auto& [id, target] : parts.found) {
    const auto sheet = sheets.found.find(id);
    if (sheet == sheets.found.end()) continue;
    // Targets are relative to xl/, or absolute.
    sheet_names_[target.starts_with("/") ? target.substr(1) : "xl/" + target] = sheet->second;
  }
}

void Workbook::read_table(ArchiveEntry& entry, Pairs& sheets, Pairs& parts) {
  const std::string& name = entry.name();
  const auto few = [] { return std::uint64_t{0}; };
  if (name == "xl/workbook.xml") read_xml(entry, sheets, few);
  if (name == "xl/_rels/workbook.xml.rels" || name == "xl/_rels/workbook.bin.rels")
    read_xml(entry, parts, few);
  if (name == "xl/workbook.bin")
    sheets.found = read_binary_sheet_names(as_bytes(entry.read_whole(kBinaryPartMax)));
  if (name == kStringsPart) {
    SharedStrings shared(strings_);
    strings_good_ = read_xml(entry, shared, [&shared] { return shared.bytes(); });
  }
  if (name == kBinaryStringsPart)
    strings_good_ = read_binary_strings(as_bytes(entry.read_whole(kBinaryPartMax)), strings_);
}

const std::string* Workbook::sheet_of(const std::string& part) const {
  const auto found = sheet_names_.find(part);
  return found == sheet_names_.end() ? nullptr : &found->second;
}

bool Workbook::has_read(std::string_view part) const noexcept {
  return strings_good_ && !sheet_names_.empty() &&
         (part == kStringsPart || part == kBinaryStringsPart);
}

bool Workbook::unpack_sheet(ArchiveEntry& entry, const std::string& name, Output& output) const {
  if (is_binary(entry.name()))
    return unpack_binary_sheet(as_bytes(entry.read_whole(kBinaryPartMax)), strings_, name, output);
  output.begin(name);
  Rows rows(strings_, output);
  const std::uint64_t before = output.bytes();
  const bool good = read_xml(
      entry, rows, [&] { return output.bytes() - before; },
      [&output](Bytes bytes) { output.data(bytes); });
  output.end();
  return good;
}

}  // namespace outspan::unpack
