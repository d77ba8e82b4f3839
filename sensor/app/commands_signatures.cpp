#include <algorithm>
#include <cstdio>

#include "app/commands.h"
#include "app/problems.h"
#include "config/nearest_name.h"
#include "detect/builtin.h"
#include "detect/signature_test.h"

namespace outspan::app {
namespace {

Result<std::vector<config::SignatureSpec>> load(const std::vector<std::string>& paths) {
  return detect::load_signature_sources(paths.empty() ? std::vector<std::string>{"builtin"}
                                                      : paths);
}

}  // namespace

int signatures_list(const std::vector<std::string>& paths) {
  const auto specs = load(paths);
  if (!specs) return print_problems(specs.problems()), exit_status::kUsage;
  detect::print_signature_list(*specs, stdout);
  return exit_status::kEnd;
}

int signatures_test(const std::vector<std::string>& paths) {
  const auto specs = load(paths);
  if (!specs) return print_problems(specs.problems()), exit_status::kUsage;
  const auto reports = detect::test_signatures(*specs, true);
  if (!reports) return print_problems(reports.problems()), exit_status::kUsage;
  return detect::print_signature_reports(*reports, stdout) ? exit_status::kEnd
                                                           : exit_status::kIncomplete;
}

int signatures_show(const std::vector<std::string>& paths, const std::string& id) {
  const auto specs = load(paths);
  if (!specs) return print_problems(specs.problems()), exit_status::kUsage;
  std::vector<std::string> ids;
  for (const config::SignatureSpec& spec : *specs) {
    if (spec.id == id) return detect::print_signature(spec, stdout), exit_status::kEnd;
    ids.push_back(spec.id);
  }
  const std::string nearest = config::nearest_name(id, ids);
  std::fprintf(stderr, "outspan: there is no signature '%s'%s\n", id.c_str(),
               nearest.empty() ? "" : ("; did you mean '" + nearest + "'?").c_str());
  return exit_status::kUsage;
}

}  // namespace outspan::app
