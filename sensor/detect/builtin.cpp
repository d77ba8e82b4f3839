#include "detect/builtin.h"

#include <algorithm>

#include "detect/builtin_tables.h"

namespace outspan::detect {

Result<std::vector<config::SignatureSpec>> load_signature_sources(
    const std::vector<std::string>& sources) {
  std::vector<config::SignatureSpec> specs;
  Problems problems;
  const auto add = [&specs](config::SignatureSpec spec, std::size_t earlier_sources) {
    const auto last = specs.begin() + static_cast<std::ptrdiff_t>(earlier_sources);
    const auto same = std::find_if(specs.begin(), last,
                                   [&spec](const auto& other) { return other.id == spec.id; });
    if (same != last)
      *same = std::move(spec);
    else
      specs.push_back(std::move(spec));
  };
  std::size_t earlier = 0;
  const auto take = [&](Result<std::vector<config::SignatureSpec>> read) {
    if (!read) {
      problems.insert(problems.end(), read.problems().begin(), read.problems().end());
      return;
    }
    for (config::SignatureSpec& spec : *read) add(std::move(spec), earlier);
  };
  for (const std::string& source : sources) {
    earlier = specs.size();
    if (source != "builtin") {
      take(config::load_signatures(source));
      continue;
    }
    if (const BuiltinTables* const tables = builtin_tables_in_use()) {
      take(tables->signatures());
      continue;
    }
    for (const SignatureFile& file : builtin_signature_files())
      take(config::read_signatures(file.name, file.text));
  }
  if (!problems.empty()) return problems;
  return specs;
}

}  // namespace outspan::detect
