#include "app/signals.h"

#include <unistd.h>
#include <csignal>

#include "alert/sink/file_sink.h"
#include "app/reloader.h"

namespace outspan::app {
namespace {

std::atomic<capture::Source*> stop_on_signal{nullptr};
std::atomic<bool> ended{false};
std::atomic<int> ended_by{0};

extern "C" void on_signal(int number) {
  ended = true;
  ended_by.store(number);
  if (capture::Source* source = stop_on_signal.load()) source->stop();
}

extern "C" void on_alarm(int) {
  if (capture::Source* source = stop_on_signal.load()) source->stop();
}

extern "C" void on_reload_signal(int) {
  Reloader::ask();
  alert::FileSink::reopen_all();
}

}  // namespace

void install_stop_signals(capture::Source& source) {
  stop_on_signal.store(&source);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void forget_stopped_source() noexcept { stop_on_signal.store(nullptr); }

void stop_after(unsigned seconds) {
  struct sigaction action {};
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, nullptr);
  alarm(seconds);
}

void install_reload_signal() {
  struct sigaction action {};
  action.sa_handler = on_reload_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGHUP, &action, nullptr);
}

const std::atomic<bool>& stopping() noexcept { return ended; }

int stopped_by() noexcept { return ended_by.load(); }

}  // namespace outspan::app
