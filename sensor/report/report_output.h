#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "alert/output/output.h"
#include "core/result.h"
#include "report/collector.h"

namespace outspan::report {

/// Writes a report to a file, or to standard output for "-". A file stands under its name once it
/// is whole. `title`: as of write_page. Empty, or what went wrong.
std::string write_report(const Facts& facts, const std::string& title, const std::string& path);

/// Collects the events of a run and writes the report at its end.
/// Memory: the collector's.
class ReportOutput final : public alert::Output {
 public:
  /// A path that cannot be written is a problem now, not after the run.
  static Result<std::unique_ptr<ReportOutput>> open(std::string path, std::string sensor);

  void write(const alert::Event& event) noexcept override;
  void flush() noexcept override {}
  void finish() noexcept override;
  [[nodiscard]] alert::OutputState state() const override;
  std::string take_problem() override { return std::move(problem_); }

 private:
  ReportOutput(std::string path, std::string sensor)
      : path_(std::move(path)), sensor_(std::move(sensor)) {}

  std::string path_, sensor_, problem_;
  Collector collector_;
  std::atomic<std::uint64_t> written_ = 0;  // state() may be asked from another thread
};

}  // namespace outspan::report
