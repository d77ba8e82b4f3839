// Any bytes as a table of customers: refused in a sentence, or an index that loads, is consistent,
// and counts every row once.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/fingerprint/support.h"

namespace {

using namespace outspan;
using namespace outspan::fingerprint;

void build(const std::string& text) {
  static const TestFolder folder;
  static const std::string path = folder.file("index");
  BuildOptions options = customer_options();
  options.threads = 1;
  const auto report = build_from(text, path, options);
  if (!report) {
    if (report.problems().empty() || report.problems()[0].what.empty()) std::abort();
    return;
  }
  const auto index = Index::load(path, test_key());
  if (!index || !(*index)->consistent() || (*index)->rows() != report->rows) std::abort();
  for (const auto& column : report->columns)
    if (column.usable > report->rows) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  build("email,phone,ticket,name\n" + text);
  build(text);  // in other encodings, with other line ends
  return 0;
}
