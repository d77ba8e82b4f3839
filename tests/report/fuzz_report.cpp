#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "report/collector.h"
#include "report/page.h"

/// Any lines as events: a report comes out, and no text of theirs is markup in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::report;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Collector collector;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    collector.add_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::string page = write_page(collector.facts());
  if (page.find("<script") != page.npos || !page.ends_with("</html>\n")) std::abort();
  return 0;
}
