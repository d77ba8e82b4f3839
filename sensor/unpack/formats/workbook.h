#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "unpack/formats/archive.h"
#include "unpack/formats/package_parts.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// The sheets of an xlsx or xlsb as rows: their names, and the strings that they share.
class Workbook {
 public:
  /// Reads the parts that the sheets need. What is damaged in them is left out. `named_so`: its
  /// parts are called like those of a workbook; otherwise it is one only if it has relationships to
  /// sheets.
  void read_tables(Bytes file, bool named_so);
  /// The name of the sheet in a member ("xl/worksheets/sheet1.xml"); nullptr: it is none.
  [[nodiscard]] const std::string* sheet_of(std::string_view member) const;
  /// A member that stands in the rows of the sheets.
  [[nodiscard]] bool has_read(std::string_view member) const;
  /// A row is a line, its cells are separated by tabs. false: damaged.
  bool unpack_sheet(ArchiveEntry& entry, const std::string& name, Output& output) const;

 private:
  class SheetNames;
  void read_table(ArchiveEntry& entry, const std::string& part);
  PackageParts parts_;
  std::map<std::string, std::string> names_by_id_;
  std::map<std::string, std::string, std::less<>> sheet_names_;  // by part
  std::vector<std::string> strings_;
  bool strings_good_ = false;
};

}  // namespace outspan::unpack
