#include "report/report_output.h"

#include <cstdio>
#include <exception>

#include "alert/format/json_format.h"
#include "core/replace_file.h"
#include "report/page.h"

namespace outspan::report {
namespace {

constexpr mode_t kMode = 0640;  // as other files of events

}  // namespace

std::string write_report(const Facts& facts, const std::string& title, const std::string& path) {
  const std::string page = write_page(facts, title);
  if (path != "-") return replace_file(path, page, kMode);
  const bool good = std::fwrite(page.data(), 1, page.size(), stdout) == page.size();
  return good && std::fflush(stdout) == 0 ? "" : "the report cannot be written to standard output";
}

Result<std::unique_ptr<ReportOutput>> ReportOutput::open(std::string path, std::string sensor) {
  if (const std::string problem = replace_file_problem(path); !problem.empty())
    return Problem{"--report", problem};
  return std::unique_ptr<ReportOutput>(new ReportOutput(std::move(path), std::move(sensor)));
}

void ReportOutput::write(const alert::Event& event) noexcept {
  collector_.add_line(alert::to_json(event, sensor_));
  ++written_;
}

void ReportOutput::finish() noexcept { problem_ = write_report(collector_.facts(), {}, path_); }

alert::OutputState ReportOutput::state() const {
  alert::OutputState state;
  state.name = path_;
  state.type = "report";
  state.written = written_;
  return state;
}

}  // namespace outspan::report
