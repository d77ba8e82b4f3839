#pragma once

#include <map>
#include <string>
#include <string_view>

#include "unpack/formats/archive.h"

namespace outspan::unpack {

/// The name of a part as all programs mean it (ECMA-376, part 2, 6.2): without case, separated by
/// slashes, from the root of the package.
std::string part_name(std::string_view name);
/// The last element of a part's name: "workbook.xml".
std::string_view base_name(std::string_view part) noexcept;

/// Which parts belong to a workbook, by their relationships (ECMA-376, part 2, 6.5), whatever they
/// are called and wherever they stand.
class PackageParts {
 public:
  /// Reads the relationships of a package.
  void read(Bytes file);
  [[nodiscard]] bool has_sheets() const noexcept { return !sheet_ids_.empty(); }
  /// Of the workbook; where the package does not say so, what is called like one.
  [[nodiscard]] bool is_workbook(std::string_view part) const;
  [[nodiscard]] bool is_shared_strings(std::string_view part) const;
  /// The id by which the workbook refers to this sheet; nullptr: it is none of its sheets.
  [[nodiscard]] const std::string* sheet_id(std::string_view part) const;

 private:
  struct Relations;
  std::string workbook_, shared_strings_;
  std::map<std::string, std::string, std::less<>> sheet_ids_;  // by part
};

}  // namespace outspan::unpack
