#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "access/access_records.h"
#include "alert/event/event.h"
#include "alert/event/event_id.h"
#include "alert/output/output.h"
#include "app/scheduler.h"
#include "app/search.h"
#include "app/top_senders.h"
#include "capture/source.h"
#include "core/ledger.h"
#include "core/result.h"
#include "core/stats.h"
#include "evidence/keeper.h"
#include "policy/host_windows.h"

namespace outspan::app {

using Outputs = std::vector<std::unique_ptr<alert::Output>>;

/// What a pipeline has to say: an event, or hits that are counted over a host's window.
struct Record {
  OrderKey order;
  std::variant<alert::Event, policy::HostHits> body;
  /// Of an incident that is opened, and of hits that may open one, where evidence is kept.
  evidence::RecordingPtr recording{};
};

/// The account of one pipeline at a batch, for `ledger` and `stats` events.
struct Report {
  Ledger ledger;
  Stats stats;
  std::vector<TopSender> senders;  ///< by bytes; of a live run
  bool asked = false;              ///< see ShardBatch
};

/// Puts what the pipelines say into the order of the capture and writes it, on a thread of its own.
///
/// A batch's records are written once every shard has finished the batch, sorted by OrderKey: the
/// output is the same for any number of workers. What waits to be written is bounded: a replay
/// waits for a slow receiver, a live sensor drops events and counts them.
/// Thread: hand_over and tell from any; the rest from the thread that made it.
class Delivery {
 public:
  enum class WhenFull : std::uint8_t { wait, drop };

  /// `after_batch` is called on the delivery thread for a batch that carries reports: it makes the
  /// ledger and stats events out of their sum.
  using MakeReports = std::function<std::vector<alert::Event>(const Report& sum, Timestamp time)>;

  Delivery(Outputs outputs, policy::HostWindows host_windows, const capture::Source& source,
           std::string sensor, WhenFull when_full, MakeReports make_reports);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  /// A shard finished a batch; `report` only with batches that ask for one.
  void hand_over(const ShardBatch& batch, std::vector<Record> records,
                 std::unique_ptr<Report> report);

  /// Calls this on the delivery thread when every shard works with another search, after its notice
  /// was written. Before the first hand_over.
  void when_in_force(std::function<void(const Search&)> call) { in_force_ = std::move(call); }
  /// Judges what is pulled inside as well. Before the first hand_over.
  void watch_access(std::unique_ptr<access::AccessRecords> access) { access_ = std::move(access); }
  /// Incidents get evidence. Before the first hand_over.
  void keep_evidence(std::unique_ptr<evidence::Keeper> keeper) { keeper_ = std::move(keeper); }
  /// Writes a notice as soon as what is being written is done.
  void tell(alert::NoticeEvent notice);

  /// Calls this on the delivery thread, between two events, and returns when it is done. Thread:
  /// one at a time, and not delivery's.
  void change_outputs(const std::function<void(Outputs&)>& change);

  /// Writes what is left, ends the thread and brings the outputs to their end. Every batch must
  /// have been handed over by all shards.
  void finish();

  [[nodiscard]] std::uint64_t alerts() const noexcept { return alerts_; }
  /// What went wrong at the receivers (a full disk), after finish().
  [[nodiscard]] Problems take_problems();
  /// From MakeReports only, which runs on the delivery thread.
  void report(Stats& stats) const;
  [[nodiscard]] std::vector<alert::OutputState> output_states() const;
  /// Who let most customers out, as far as the hosts are known. The same holds.
  [[nodiscard]] std::vector<TopSender> customer_senders() const { return customers_.top(); }

 private:
  struct Batch {
    std::vector<Record> records;
    std::unique_ptr<Report> report;
    SearchPtr search;
    Position clock;
    std::size_t shards_done = 0;
    bool last = false;
  };

  void deliver() noexcept;
  void tick();
  void write_batch(Batch& batch);
  void count(policy::HostHits&& hits, const evidence::RecordingPtr& recording);
  void use(const SearchPtr& search, const Position& now);
  void write(std::vector<policy::Incident> incidents, const evidence::RecordingPtr& recording = {});
  void write(alert::Event event, const evidence::RecordingPtr& recording = {});
  void write(alert::NoticeEvent notice);
  void locate(alert::Event& event) const;
  void prove(alert::Event& event, const evidence::RecordingPtr& recording);
  [[nodiscard]] bool is_behind() const;
  void say_about_evidence();

  Outputs outputs_;
  policy::HostWindows host_windows_;
  std::unique_ptr<access::AccessRecords> access_;  // nullptr: nobody asks
  std::unique_ptr<evidence::Keeper> keeper_;       // nullptr: no evidence
  CustomerSenders customers_;
  const capture::Source& source_;
  alert::EventIds ids_;
  WhenFull when_full_;
  MakeReports make_reports_;
  std::function<void(const Search&)> in_force_;
  SearchPtr search_;  // nullptr: the first one

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t first_batch_ = 0;  // number of collecting_.front()
  std::deque<Batch> collecting_;   // some shards still work on these
  std::deque<Batch> ready_;
  std::deque<alert::NoticeEvent> notices_;
  const std::function<void(Outputs&)>* change_ = nullptr;  // nobody waits for one
  bool ended_ = false;
  std::uint64_t dropped_ = 0;

  std::uint64_t alerts_ = 0;  // written by the delivery thread, read after finish()
  std::thread thread_;
};

}  // namespace outspan::app
