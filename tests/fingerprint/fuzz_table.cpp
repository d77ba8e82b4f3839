// Any bytes as a table of customers: refused in a sentence, or an index that loads, is consistent,
// and counts every row once.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/fingerprint/support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::fingerprint;
  static const TestFolder folder;
  static const std::string path = folder.file("index");
  BuildOptions options = customer_options();
  options.threads = 1;
  const std::string text =
      "email,phone,ticket,name\n" + std::string(reinterpret_cast<const char*>(data), size);
  const auto report = build_from(text, path, options);
  if (!report) {
    if (report.problems().empty() || report.problems()[0].what.empty()) std::abort();
    return 0;
  }
  const auto index = Index::load(path, test_key());
  if (!index || !(*index)->consistent() || (*index)->rows() != report->rows) std::abort();
  for (const auto& column : report->columns)
    if (column.usable > report->rows) std::abort();
  return 0;
}
