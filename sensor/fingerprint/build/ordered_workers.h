#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace outspan::fingerprint {

/// Works through a stream of jobs on some threads and gives the results back in the order of the
/// jobs. What waits is bounded: give() waits for the oldest job when too many are under way.
/// Thread: give and finish from one thread, on which the results are taken, too.
template <class Job, class Answer>
class OrderedWorkers {
 public:
  using Work = std::function<Answer(const Job&)>;
  using Take = std::function<void(Answer&&)>;

  /// `make_work` is called once for each thread.
  OrderedWorkers(unsigned threads, const std::function<Work()>& make_work)
      : waiting_max_(2 * std::max(1u, threads) + 2) {
    for (unsigned i = 0; i < std::max(1u, threads); ++i)
      threads_.emplace_back([this, work = make_work()] { run(work); });
  }
  ~OrderedWorkers() { end(); }
  OrderedWorkers(const OrderedWorkers&) = delete;
  OrderedWorkers& operator=(const OrderedWorkers&) = delete;

  void give(Job job, const Take& take) {
    std::unique_lock lock(mutex_);
    jobs_.emplace_back(given_++, std::move(job));
    changed_.notify_all();
    take_ready(lock, take);
    while (given_ - taken_ >= waiting_max_) {
      changed_.wait(lock, [this] { return results_.contains(taken_); });
      take_ready(lock, take);
    }
  }

  /// Waits for all results.
  void finish(const Take& take) {
    std::unique_lock lock(mutex_);
    while (taken_ < given_) {
      changed_.wait(lock, [this] { return results_.contains(taken_); });
      take_ready(lock, take);
    }
    lock.unlock();
    end();
  }

 private:
  void run(const Work& work) {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return ended_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      auto [number, job] = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      Answer answer = work(job);
      lock.lock();
      results_.emplace(number, std::move(answer));
      changed_.notify_all();
    }
  }

  void take_ready(std::unique_lock<std::mutex>& lock, const Take& take) {
    for (auto ready = results_.find(taken_); ready != results_.end();
         ready = results_.find(taken_)) {
      Answer answer = std::move(ready->second);
      results_.erase(ready);
      ++taken_;
      lock.unlock();
      take(std::move(answer));
      lock.lock();
    }
  }

  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::uint64_t, Job>> jobs_;
  std::map<std::uint64_t, Answer> results_;
  std::uint64_t given_ = 0, taken_ = 0;
  std::size_t waiting_max_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace outspan::fingerprint
