#include "unpack/formats/row_writer.h"

#include <algorithm>

namespace outspan::unpack {

void RowWriter::cell(std::uint32_t column, std::string_view text) {
  if (text.empty()) return;
  column = std::max(column, next_);
  const std::uint32_t gap = std::min(column - next_, kGapMax);
  for (std::uint32_t tab = any_ ? 0 : 1; tab <= gap; ++tab) output_.text("\t");
  output_.text(text);
  next_ = column + 1;
  any_ = true;
}

void RowWriter::end_row() {
  if (any_) output_.text("\n");
  any_ = false;
  next_ = 0;
}

}  // namespace outspan::unpack
