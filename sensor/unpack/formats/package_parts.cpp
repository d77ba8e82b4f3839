#include "unpack/formats/package_parts.h"

#include <vector>

#include "text/ascii.h"
#include "unpack/formats/xml_part.h"
#include "unpack/formats/xml_text.h"

namespace outspan::unpack {
namespace {

constexpr std::string_view kRelations = "_rels/";
constexpr std::size_t kRelationsMax = 100'000;

/// What a target means in the folder of the part that names it ("xl/").
std::string resolve(std::string_view folder, std::string_view target) {
  std::string path = part_name(target);
  const bool absolute = target.starts_with('/') || target.starts_with('\\');
  if (!absolute) path = std::string(folder) + path;
  std::string resolved;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view element = std::string_view(path).substr(at, end - at);
    at = end + 1;
    if (element.empty() || element == ".") continue;
    if (element == "..") {
      const std::size_t slash = resolved.rfind('/');
      resolved.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    if (!resolved.empty()) resolved += '/';
    resolved += element;
  }
  return resolved;
}

}  // namespace

std::string part_name(std::string_view name) {
  std::string part;
  for (const char c : name) part += c == '\\' ? '/' : text::to_lower(c);
  return part.substr(std::min(part.find_first_not_of('/'), part.size()));
}

std::string_view base_name(std::string_view part) noexcept {
  const std::size_t slash = part.rfind('/');
  return slash == std::string_view::npos ? part : part.substr(slash + 1);
}

/// Those of one part, as far as a workbook needs them.
struct PackageParts::Relations final : XmlEvents {
  struct Relation {
    std::string source;  ///< the part that has it; empty: the package
    std::string kind;    ///< "worksheet", "chartsheet"; empty: not said
    std::string id, target;
  };
  void open(std::string_view name, const char** attributes) override {
    if (name != "Relationship" || all.size() >= kRelationsMax) return;
    const std::string_view type = attribute(attributes, "Type");
    const std::string_view kind = base_name(type);
    const bool sheet = kind.empty() || kind.ends_with("sheet");
    if (kind != "officeDocument" && kind != "sharedStrings" && !sheet) return;
    all.push_back({source, std::string(kind), std::string(attribute(attributes, "Id")),
                   resolve(folder, attribute(attributes, "Target"))});
  }
  void close(std::string_view) override {}
  void characters(std::string_view) override {}

  std::string source, folder;
  std::vector<Relation> all;
};

void PackageParts::read(Bytes file) {
  Relations relations;
  walk_archive(file, [&relations](ArchiveEntry& entry) {
    const std::string name = part_name(entry.name());
    const std::size_t begin = name.rfind(kRelations);
    if (begin == std::string::npos || !name.ends_with(".rels")) return;
    const std::string_view base = base_name(name);
    relations.folder = name.substr(0, begin);
    relations.source = relations.folder + std::string(base.substr(0, base.size() - 5));
    if (relations.source == relations.folder) relations.source.clear();  // "_rels/.rels"
    try {
      read_xml(entry, relations, [] { return std::uint64_t{0}; });
    } catch (const Stop&) {
      // One that is too large tells nothing.
    }
  });
  for (const auto& relation : relations.all)
    if (relation.source.empty() && relation.kind == "officeDocument") workbook_ = relation.target;
  for (const auto& relation : relations.all) {
    if (!is_workbook(relation.source)) continue;
    if (relation.kind == "sharedStrings") shared_strings_ = relation.target;
    if (relation.kind.empty() || relation.kind.ends_with("sheet"))
      sheet_ids_[relation.target] = relation.id;
  }
}

bool PackageParts::is_workbook(std::string_view part) const {
  if (!workbook_.empty()) return part == workbook_;
  return base_name(part) == "workbook.xml" || base_name(part) == "workbook.bin";
}

bool PackageParts::is_shared_strings(std::string_view part) const {
  if (!shared_strings_.empty()) return part == shared_strings_;
  return base_name(part) == "sharedstrings.xml" || base_name(part) == "sharedstrings.bin";
}

const std::string* PackageParts::sheet_id(std::string_view part) const {
  const auto found = sheet_ids_.find(part);
  return found == sheet_ids_.end() ? nullptr : &found->second;
}

}  // namespace outspan::unpack
