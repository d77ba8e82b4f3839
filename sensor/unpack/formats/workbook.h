#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "unpack/formats/archive.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// The sheets of an xlsx or xlsb as rows: their names, and the strings that they share.
class Workbook {
 public:
  /// Reads the parts that the sheets need. What is damaged in them is left out.
  void read_tables(Bytes file);
  /// The name of the sheet in this part ("xl/worksheets/sheet1.xml"); nullptr: it is none.
  [[nodiscard]] const std::string* sheet_of(const std::string& part) const;
  [[nodiscard]] bool has_read(std::string_view part) const noexcept;
  /// A row is a line, its cells are separated by tabs. false: damaged.
  bool unpack_sheet(ArchiveEntry& entry, const std::string& name, Output& output) const;

 private:
  class Pairs;
  void read_table(ArchiveEntry& entry, Pairs& sheets, Pairs& parts);
  std::map<std::string, std::string> sheet_names_;  // by part
  std::vector<std::string> strings_;
  bool strings_good_ = false;
};

}  // namespace outspan::unpack
