#include "app/receivers.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "alert/format/product.h"
#include "alert/output/make_output.h"
#include "report/report_output.h"

namespace outspan::app {
namespace {

Result<Outputs> open_outputs(const config::Config& config, spool::Spool* spool, bool is_live,
                             const std::atomic<bool>& stopping) {
  Outputs outputs;
  Problems problems;
  for (const config::Output& wanted : config.outputs) {
    auto output = alert::make_output(wanted, config, {spool, is_live, stopping});
    if (output)
      outputs.push_back(std::move(*output));
    else
      problems.insert(problems.end(), output.problems().begin(), output.problems().end());
  }
  if (!problems.empty()) return problems;
  return outputs;
}

/// Sees every event as the outputs do, and shows how they are.
Problems add_metrics(const config::Config& config, bool verbose, Receivers& receivers) {
  if (config.metrics.listen.empty() && config.metrics.textfile.empty()) return {};
  std::vector<const alert::Output*> shown;
  for (const auto& output : receivers.outputs) shown.push_back(output.get());
  auto metrics = alert::Metrics::open(config.metrics, std::move(shown));
  if (!metrics) return metrics.problems();
  if (verbose && !(*metrics)->address().empty())
    std::fprintf(stderr, "outspan: metrics at http://%s/metrics\n", (*metrics)->address().c_str());
  receivers.metrics = metrics->get();
  receivers.outputs.push_back(std::move(*metrics));
  return {};
}

Problems add_report(const RunOptions& options, const config::Config& config, Outputs& outputs) {
  if (options.report.empty()) return {};
  auto report = report::ReportOutput::open(options.report, config.sensor);
  if (!report) return report.problems();
  outputs.push_back(std::move(*report));
  return {};
}

/// nullptr: the run has none.
Result<std::unique_ptr<spool::Spool>> open_spool(const config::Config& config) {
  if (config.spool.folder.empty()) return std::unique_ptr<spool::Spool>();
  // The state folder may not be there yet; what stands in the way is told by the spool.
  ::mkdir(std::filesystem::path(config.spool.folder).parent_path().c_str(), 0700);
  return spool::Spool::open(config.spool.folder, spool_options(config.spool));
}

/// nullptr: nobody named one, and the usual one cannot be made.
Result<std::unique_ptr<ControlSocket>> open_control(const RunOptions& options,
                                                    const config::Config& config) {
  if (options.check_seconds != 0) return std::unique_ptr<ControlSocket>();
  const bool named = !config.control.socket.empty();
  auto socket = ControlSocket::open(named ? config.control.socket : kControlPath);
  if (!socket && !named) return std::unique_ptr<ControlSocket>();
  return socket;
}

/// What a run keeps of hosts. A replay counts what its captures hold and nothing else. nullptr:
/// nothing is kept.
Result<std::shared_ptr<policy::WindowStore>> open_state(const RunOptions& options,
                                                        const config::Config& config,
                                                        bool is_live) {
  if ((!is_live && !options.learn_access) || config.state_folder.empty())
    return std::shared_ptr<policy::WindowStore>();
  auto opened = policy::WindowStore::open(config.state_folder);
  if (!opened) return opened.problems();
  return std::shared_ptr<policy::WindowStore>(std::move(*opened));
}

Result<std::unique_ptr<evidence::Keeper>> open_evidence(const config::Config& config) {
  if (config.evidence.certificate.empty()) return std::unique_ptr<evidence::Keeper>();
  if (config.evidence.folder.empty())
    return Problem{"evidence", "which folder? Name evidence.folder, or a state folder"};
  return evidence::Keeper::open(config.evidence, config.sensor,
                                std::string(alert::kProductVersion));
}

}  // namespace

Result<Receivers> open_receivers(const RunOptions& options, const config::Config& config,
                                 bool is_live, const std::atomic<bool>& stopping) {
  Receivers receivers;
  auto spool = open_spool(config);
  if (!spool) return spool.problems();
  receivers.spool = std::move(*spool);
  auto outputs = open_outputs(config, receivers.spool.get(), is_live, stopping);
  if (!outputs) return outputs.problems();
  if (receivers.spool) {
    auto output = std::make_unique<alert::SpoolOutput>(*receivers.spool, config);
    receivers.spool_output = output.get();
    receivers.outputs.push_back(std::move(output));  // before those that read it
  }
  for (auto& output : *outputs) receivers.outputs.push_back(std::move(output));
  if (Problems failed = add_report(options, config, receivers.outputs); !failed.empty())
    return failed;
  if (Problems failed = add_metrics(config, options.verbose, receivers); !failed.empty())
    return failed;
  auto state = open_state(options, config, is_live);
  if (!state) return state.problems();
  receivers.state = std::move(*state);
  auto evidence = open_evidence(config);
  if (!evidence) return evidence.problems();
  receivers.evidence = std::move(*evidence);
  if (!is_live) return receivers;
  auto control = open_control(options, config);
  if (!control) return control.problems();
  receivers.control = std::move(*control);
  return receivers;
}

}  // namespace outspan::app
