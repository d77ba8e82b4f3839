#pragma once

#include <atomic>

#include "capture/source.h"

/// The signals that a run knows.
namespace outspan::app {

/// SIGINT and SIGTERM end the source, and what was read is worked through; a second one ends the
/// program at once.
void install_stop_signals(capture::Source& source);
/// The source goes: signals have nothing to end any more.
void forget_stopped_source() noexcept;
/// Ends the source installed after so long.
void stop_after(unsigned seconds);
/// SIGHUP makes a live sensor read its configuration anew and open its output files again; while it
/// still starts, as soon as it runs.
void install_reload_signal();

/// True once a signal has ended the run.
const std::atomic<bool>& stopping() noexcept;
/// The signal that did; 0: none.
int stopped_by() noexcept;

}  // namespace outspan::app
