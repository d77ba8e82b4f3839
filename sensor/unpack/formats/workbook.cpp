#include "unpack/formats/workbook.h"

#include <cstdint>
#include <cstdlib>

#include "unpack/formats/binary_workbook.h"
#include "unpack/formats/numbers.h"
#include "unpack/formats/row_writer.h"
#include "unpack/formats/xml_part.h"
#include "unpack/formats/xml_text.h"

namespace outspan::unpack {

/// What the workbook calls its sheets, by the id that it refers to them by.
class Workbook::SheetNames final : public XmlEvents {
 public:
  explicit SheetNames(std::map<std::string, std::string>& names) : names_(names) {}
  void open(std::string_view name, const char** attributes) override {
    if (name == "sheet")
      names_[std::string(attribute(attributes, "id"))] = attribute(attributes, "name");
  }
  void close(std::string_view) override {}
  void characters(std::string_view) override {}

 private:
  std::map<std::string, std::string>& names_;
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
      const std::string_view type = attribute(attributes, "t");
      shared_ = type == "s";
      number_ = type.empty() || type == "n";
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
    } else if (number_) {
      value_ = cell_text(value_);
      text = value_;
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
  bool shared_ = false, number_ = false;
  bool in_value_ = false;
  bool in_formula_ = false;
};

/// A binary part is held whole.
constexpr std::size_t kBinaryPartMax = 256 << 20;

bool is_binary(std::string_view part) noexcept { return part.ends_with(".bin"); }
/// What is no sheet of a workbook that says which they are, but called like one.
bool looks_like_sheet(std::string_view part) noexcept {
  return part.find("worksheets/") != std::string_view::npos &&
         (part.ends_with(".xml") || part.ends_with(".bin"));
}

}  // namespace

void Workbook::read_tables(Bytes file, bool named_so) {
  parts_.read(file);
  if (!named_so && !parts_.has_sheets()) return;
  std::vector<std::string> sheets;
  walk_archive(file, [&](ArchiveEntry& entry) {
    const std::string part = part_name(entry.name());
    if (parts_.sheet_id(part) != nullptr || looks_like_sheet(part)) sheets.push_back(part);
    try {
      read_table(entry, part);
    } catch (const Stop&) {
      // A part that is too large is no table; it will be handed on as any other.
    }
  });
  for (const std::string& part : sheets) {
    const std::string* const id = parts_.sheet_id(part);
    const auto named = id == nullptr ? names_by_id_.end() : names_by_id_.find(*id);
    if (named != names_by_id_.end())
      sheet_names_[part] = named->second;
    else if (looks_like_sheet(part))
      sheet_names_[part] = base_name(part);
  }
}

void Workbook::read_table(ArchiveEntry& entry, const std::string& part) {
  if (parts_.is_workbook(part)) {
    if (is_binary(part)) {
      names_by_id_ = read_binary_sheet_names(as_bytes(entry.read_whole(kBinaryPartMax)));
    } else {
      SheetNames names(names_by_id_);
      read_xml(entry, names, [] { return std::uint64_t{0}; });
    }
  } else if (parts_.is_shared_strings(part)) {
    if (is_binary(part)) {
      strings_good_ = read_binary_strings(as_bytes(entry.read_whole(kBinaryPartMax)), strings_);
    } else {
      SharedStrings shared(strings_);
      strings_good_ = read_xml(entry, shared, [&shared] { return shared.bytes(); });
    }
  }
}

const std::string* Workbook::sheet_of(std::string_view member) const {
  const auto found = sheet_names_.find(part_name(member));
  return found == sheet_names_.end() ? nullptr : &found->second;
}

bool Workbook::has_read(std::string_view member) const {
  return strings_good_ && !sheet_names_.empty() && parts_.is_shared_strings(part_name(member));
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
