#include "detect/builtin.h"

#include <iterator>

namespace outspan::detect {

Result<std::vector<config::SignatureSpec>> load_signature_sources(
    const std::vector<std::string>& sources) {
  std::vector<config::SignatureSpec> specs;
  Problems problems;
  const auto take = [&](Result<std::vector<config::SignatureSpec>> read) {
    if (read)
      std::move(read->begin(), read->end(), std::back_inserter(specs));
    else
      problems.insert(problems.end(), read.problems().begin(), read.problems().end());
  };
  for (const std::string& source : sources) {
    if (source != "builtin") {
      take(config::load_signatures(source));
      continue;
    }
    for (const SignatureFile& file : builtin_signature_files())
      take(config::read_signatures(file.name, file.text));
  }
  if (!problems.empty()) return problems;
  return specs;
}

}  // namespace outspan::detect
