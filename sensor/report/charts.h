#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ledger.h"
#include "report/facts.h"
#include "report/html.h"

/// Charts as inline SVG. They are as wide as the page and keep the size of their text: what scales
/// has its measures in per cent. Each has a title and a description; the numbers stand in text or
/// in a table beside it as well.
namespace outspan::report {

struct Caption {
  std::string_view id;  ///< once a page
  std::string_view title;
  std::string description;
};

struct Bar {
  std::string label, value;
  std::uint64_t amount = 0;
};

/// Horizontal bars, the largest as long as the chart is wide.
void draw_bars(Html& html, const Caption& caption, const std::vector<Bar>& bars);

struct Stack {
  std::string label, value;
  Columns columns;
};

/// One bar a row, its parts as the ledger's columns. A legend stands below.
void draw_stacks(Html& html, const Caption& caption, const std::vector<Stack>& stacks);

/// Upright bars from left to right, for times.
void draw_over_time(Html& html, const Caption& caption, const std::vector<Bar>& bars);

/// Who sent to whom: names on both sides, bands between them as thick as what went that way.
void draw_ways(Html& html, const Caption& caption, const std::vector<Way>& ways);

}  // namespace outspan::report
