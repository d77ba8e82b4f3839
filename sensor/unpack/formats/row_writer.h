#pragma once

#include <cstdint>
#include <string_view>

#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Writes the rows of a sheet as lines. A cell keeps its column: those that are missing before it
/// are empty, up to kGapMax at a time. Rows without any text are nothing.
class RowWriter {
 public:
  static constexpr std::uint32_t kGapMax = 64;

  explicit RowWriter(Output& output) : output_(output) {}
  /// `column`: from 0. One that does not follow the cell before comes next to it.
  void cell(std::uint32_t column, std::string_view text);
  void end_row();

 private:
  Output& output_;
  std::uint32_t next_ = 0;  // column
  bool any_ = false;
};

}  // namespace outspan::unpack
