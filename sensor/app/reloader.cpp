#include "app/index_watch.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <utility>

namespace outspan::app {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);

std::atomic<bool> all_asked_for{false};

std::string names_of(const Search& search) {
  std::string names;
  for (const policy::IndexLabel& label : *search.labels)
    names += (names.empty() ? "" : ", ") + label.name + " of " + label.built_at;
  return names;
}

}  // namespace

IndexWatch::IndexWatch(const SearchLoader& loader, SearchPtr in_use, Use use, Tell tell)
    : loader_(loader),
      in_use_(std::move(in_use)),
      use_(std::move(use)),
      tell_(std::move(tell)),
      // Not what is there now: it may have been replaced since it was read.
      tried_(in_use_->files),
      seen_(tried_),
      thread_([this] { watch(); }) {}

IndexWatch::~IndexWatch() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void IndexWatch::ask_for_all() noexcept { all_asked_for.store(true); }

void IndexWatch::watch() noexcept {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kInterval, [this] { return ended_; })) {
    lock.unlock();
    try {
      look();
    } catch (const std::exception& problem) {
      // No memory for a second index, most likely.
      tell_({"fingerprints_refused", std::string("the index in use stays: ") + problem.what()});
    }
    lock.lock();
  }
}

void IndexWatch::look() {
  const IndexFiles files = loader_.files();
  const bool settled = files == seen_;
  seen_ = files;
  if (all_asked_for.exchange(false)) {
    tried_ = files;
    load(true);
  } else if (files != tried_ && settled) {
    // Somebody may still be copying it: only what has not changed for a second is read.
    tried_ = files;
    load(false);
  }
}

void IndexWatch::load(bool all) {
  auto search = loader_.load(all ? nullptr : in_use_.get());
  if (!search) {
    for (const Problem& problem : search.problems())
      tell_({"fingerprints_refused",
             problem.where + ": " + problem.what + "; the index in use stays"});
    return;
  }
  in_use_ = std::move(*search);
  use_(in_use_);
  tell_({"fingerprints_refreshed", names_of(*in_use_)});
}

}  // namespace outspan::app
