#pragma once

#include <atomic>
#include <memory>

#include "alert/metrics/metrics.h"
#include "alert/output/spool_output.h"
#include "app/control_socket.h"
#include "app/delivery.h"
#include "app/run_options.h"
#include "config/config.h"
#include "core/result.h"
#include "evidence/keeper.h"
#include "policy/window_store.h"
#include "spool/spool.h"

namespace outspan::app {

/// What writes the results of a run down, and what it keeps.
struct Receivers {
  std::unique_ptr<spool::Spool> spool;  ///< outputs read it; nullptr: the run has none
  Outputs outputs;
  alert::SpoolOutput* spool_output = nullptr;  ///< of the outputs; nullptr: there is none
  alert::Metrics* metrics = nullptr;           ///< the same
  std::shared_ptr<policy::WindowStore> state;  ///< nullptr: nothing is kept
  std::unique_ptr<evidence::Keeper> evidence;  ///< nullptr: none is kept
  std::unique_ptr<ControlSocket> control;      ///< nullptr: nobody can ask
};

/// Opens everything that a run writes to. All problems of the outputs are reported at once.
/// `config` and `stopping` outlive what is returned.
Result<Receivers> open_receivers(const RunOptions& options, const config::Config& config,
                                 bool is_live, const std::atomic<bool>& stopping);

}  // namespace outspan::app
