#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "alert/event/event.h"
#include "app/search.h"

namespace outspan::app {

/// Keeps a live sensor's indexes fresh: sees within seconds that a file was replaced, loads it
/// beside the traffic and hands it over whole. What cannot be used is refused with a notice, and
/// the index before it stays. While one is loaded, both are in memory.
/// Thread: its own; both functions are called there.
class IndexWatch {
 public:
  using Use = std::function<void(SearchPtr)>;
  using Tell = std::function<void(alert::NoticeEvent)>;

  /// `loader` outlives the watch. Looks at nothing if there are no indexes.
  IndexWatch(const SearchLoader& loader, SearchPtr in_use, Use use, Tell tell);
  ~IndexWatch();
  IndexWatch(const IndexWatch&) = delete;
  IndexWatch& operator=(const IndexWatch&) = delete;

  /// Reads all indexes anew, changed or not. Safe in a signal handler.
  static void ask_for_all() noexcept;

 private:
  void watch() noexcept;
  void look();
  void load(bool all);

  const SearchLoader& loader_;
  SearchPtr in_use_;
  Use use_;
  Tell tell_;
  IndexFiles tried_;  // the last that was loaded or refused
  IndexFiles seen_;   // a second ago

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace outspan::app
