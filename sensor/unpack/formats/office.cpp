#include "unpack/formats/office.h"

#include <set>
#include <string>
#include <string_view>

#include "unpack/formats/archive.h"
#include "unpack/formats/workbook.h"
#include "unpack/formats/xml_part.h"
#include "unpack/formats/xml_text.h"

namespace outspan::unpack {
namespace {

constexpr std::size_t kMarkBytesMax = 256;

bool is_xml(std::string_view member) {
  const std::string name = part_name(member);
  return name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml");
}

/// The text of an XML part; one that is not well-formed is handed on as it is.
bool unpack_part(ArchiveEntry& entry, bool tables_are_members, Output& output) {
  DocumentText text(output, entry.name(), tables_are_members);
  const std::uint64_t before = output.bytes();
  const bool good = read_xml(
      entry, text, [&] { return output.bytes() - before; },
      [&output](Bytes bytes) { output.data(bytes); });
  output.end();
  return good;
}

/// ODF 1.3, part 2, 3.4: the manifest says which parts are behind the password of the document.
class LockedParts final : public XmlEvents {
 public:
  void open(std::string_view name, const char** attributes) override {
    if (name == "file-entry") path_ = attribute(attributes, "full-path");
    if (name == "encryption-data") parts.insert(path_);
  }
  void close(std::string_view) override {}
  void characters(std::string_view) override {}
  std::set<std::string> parts;

 private:
  std::string path_;
};

std::set<std::string> locked_parts(Bytes file) {
  LockedParts locked;
  walk_archive(file, [&locked](ArchiveEntry& entry) {
    if (entry.name() != "META-INF/manifest.xml") return;
    read_xml(entry, locked, [&locked] { return locked.parts.size(); });
  });
  return locked.parts;
}

}  // namespace

PackageType package_type(Bytes file) {
  PackageType type = PackageType::none;
  walk_archive(file, [&type](ArchiveEntry& entry) {
    const std::string name = part_name(entry.name());
    const std::string_view base = base_name(name);
    if (name == "[content_types].xml" && type == PackageType::none) type = PackageType::open_xml;
    if (base == "workbook.xml" || base == "workbook.bin" ||
        name.find("/worksheets/") != std::string::npos)
      type = PackageType::workbook;
    if (name == "mimetype") {
      const std::string what = entry.read_beginning(kMarkBytesMax);
      if (what.starts_with("application/vnd.oasis.opendocument.spreadsheet"))
        type = PackageType::spreadsheet;
      else if (what.starts_with("application/vnd.oasis.opendocument"))
        type = PackageType::open_document;
    }
  });
  return type;
}

Outcome unpack_package(Bytes file, PackageType type, Output& output) {
  Workbook workbook;
  if (type == PackageType::workbook || type == PackageType::open_xml)
    workbook.read_tables(file, type == PackageType::workbook);
  const bool is_odf = type == PackageType::open_document || type == PackageType::spreadsheet;
  const std::set<std::string> locked = is_odf ? locked_parts(file) : std::set<std::string>();
  bool good = true;
  const auto locked_part = [&output](std::string_view name) { output.encrypted(name); };
  const auto part = [&](ArchiveEntry& entry) {
    const std::string& name = entry.name();
    if (locked.contains(name)) {
      locked_part(name);
    } else if (const std::string* sheet = workbook.sheet_of(name)) {
      good = workbook.unpack_sheet(entry, *sheet, output) && good;
    } else if (workbook.has_read(name)) {
      return;  // its strings stand in the rows
    } else if (is_xml(name)) {
      const bool tables_are_members = type == PackageType::spreadsheet && name == "content.xml";
      good = unpack_part(entry, tables_are_members, output) && good;
    } else {
      output.begin(name);
      entry.read([&output](Bytes bytes) { output.data(bytes); });
      output.end();
    }
  };
  const Outcome outcome =
      walk_archive(file, part, locked_part, [&output](Bytes bytes) { output.rest(bytes); });
  if (!locked.empty()) return Outcome::encrypted;
  return outcome == Outcome::opened && !good ? Outcome::damaged : outcome;
}

}  // namespace outspan::unpack
