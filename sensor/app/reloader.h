#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "alert/event/event.h"
#include "app/search.h"

namespace outspan::app {

/// Keeps what a live sensor looks for fresh. When it is asked to, it reads the configuration with
/// its rules, signatures and indexes anew; by itself it sees within seconds that an index was
/// replaced. All is loaded beside the traffic and handed over whole. What cannot be used is refused
/// with notices, and what is in use stays. While an index is loaded, both are in memory.
/// Thread: its own, where all functions that it is given are called.
class Reloader {
 public:
  /// What a reload changes about the outputs; both are called once, in this order.
  struct OutputChange {
    std::function<void()> begin;   ///< events go to the new outputs
    std::function<void()> finish;  ///< the old ones are brought to their end
  };
  struct Sensor {
    std::function<Result<config::Config>()> read_config;
    /// Opens what is new of its outputs.
    std::function<Result<OutputChange>(const config::Config&)> open_outputs;
    /// Takes it over. What is to be said once it is in force is in Search::notice.
    std::function<void(SearchPtr)> use;
    std::function<void(alert::NoticeEvent)> tell;
  };
  /// `config` is what runs, and outlives the reloader.
  Reloader(const config::Config& config, SearchLoader loader, SearchPtr in_use, Sensor sensor);
  ~Reloader() { stop(); }
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  /// Nothing is loaded any more, and nobody waits for an answer.
  void stop() noexcept;

  /// Reads everything anew. Safe in a signal handler.
  static void ask() noexcept;

  struct Answer {
    bool in_force = false;
    std::vector<std::string> lines;  ///< what is in force now, or why it is not
  };
  /// Asks, and waits until it is in force in every shard, or refused. Thread: any.
  Answer reload(std::chrono::milliseconds patience);
  /// Every shard works with it now. Thread: any.
  void in_force(const Search& search);

 private:
  void watch() noexcept;
  void look();
  void refresh();
  void reload_all();
  std::vector<std::string> refuse(const char* kind, const Problems& problems);
  /// Also to whoever waits for an answer.
  void refuse_reload(const Problems& problems);
  void answer(Answer answer);

  const config::Config& config_;
  SearchLoader loader_;
  SearchPtr in_use_;
  const Sensor sensor_;
  IndexFiles tried_;  // the last that was loaded or refused
  IndexFiles seen_;   // a second ago

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::uint64_t answers_ = 0;
  Answer answer_;
  std::thread thread_;
};

/// Settings (their top-level names) that differ and that a reload does not change.
std::vector<std::string> settings_for_restart(const config::Config& runs, config::Config wanted);

}  // namespace outspan::app
