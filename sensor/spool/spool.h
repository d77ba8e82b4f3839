#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/file_descriptor.h"
#include "core/result.h"
#include "core/stats.h"
#include "core/wake.h"
#include "spool/reader.h"
#include "spool/segment.h"

namespace outspan::spool {

/// Who gives way when there is no room.
enum class Priority : std::uint8_t { low, middle, high };
inline constexpr std::size_t kPriorities = 3;

/// When what was written is forced to the disk: what is not is lost in a power failure, though not
/// when the process is killed.
enum class Sync : std::uint8_t { batch, second, never };

struct Options {
  std::uint64_t bytes_max = std::uint64_t{1} << 30;
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
  /// Records that everybody has read are kept this long.
  Duration keep = std::chrono::hours(24 * 7);
  Sync sync = Sync::batch;
};

/// Records on disk, in order, before anybody acts on them; a folder of append-only segments.
///
/// Records become visible to readers, whole and on disk as Options::sync says, with commit().
/// Segments go when all readers have passed them, and they are older than `keep` or there is no
/// room. Where that is not enough, records of low priority are refused from 90 % of `bytes_max` on,
/// those of middle priority from 95 % on, and all at `bytes_max`. When the disk itself is full, a
/// reserve is given back and used for records of high priority alone.
///
/// Thread: append, commit, tick and report are the writer's; the rest may be called from any.
class Spool {
 public:
  /// Makes the folder (0700) where it is missing. What a crash left half-written at the end is cut
  /// off, see take_problem(). One process at a time may have a spool open.
  static Result<std::unique_ptr<Spool>> open(const std::string& folder, const Options& options);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  void append(const Record& record, Priority priority);
  void commit() noexcept;
  /// Once a second or so: what is due by time (forcing to disk, age, room that came back).
  void tick() noexcept;

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  /// Number of the next record.
  [[nodiscard]] std::uint64_t end() const;
  /// Signals `wake` whenever there are new records. It outlives the spool, or is taken back.
  void watch(const Wake& wake);
  void unwatch(const Wake& wake);
  /// A reader needs nothing before `number`. Readers that never said anything need nothing.
  void needs(const std::string& reader, std::uint64_t number);
  /// That reader needs nothing any more.
  void forget(const std::string& reader);
  /// Where a new reader begins to see only what is still to come, and all that is there.
  [[nodiscard]] Position newest() const;
  [[nodiscard]] Position oldest() const;

  enum class Room : std::uint8_t { enough, little, none };
  [[nodiscard]] Room room() const noexcept { return room_; }
  /// spool.records, .bytes, .segments, .refused.low ..., .syncs, .cut_bytes
  void report(Stats& stats) const;
  /// What went wrong last; empty: nothing has. Given once.
  std::string take_problem();

 private:
  struct Pending {
    std::size_t size_bytes;
    Priority priority;
    Record record;  // without its payload
  };
  Spool(std::string folder, const Options& options)
      : folder_(std::move(folder)), options_(options) {}
  Problems recover();
  Problems recover_last(std::uint64_t segment);
  bool begin_segment();
  void end_segment();
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  [[nodiscard]] std::uint64_t first_needed() const;
  void judge_room();
  void refuse_below(Priority least);
  bool write_pending();
  void drop_pending(std::size_t records);
  void disk_is_full(int error);
  void make_reserve();
  void drop_old();
  bool drop_oldest();
  void sync_now() noexcept;
  void publish();

  std::string folder_;
  Options options_;
  FileDescriptor lock_, directory_;
  FileDescriptor file_;           // the segment that is written, if any
  std::uint64_t segment_ = 0;     // its first number
  std::uint64_t file_bytes_ = 0;  // good ones
  std::uint64_t next_number_ = 1;
  Footer footer_;  // of the segment that is written

  std::vector<std::uint8_t> pending_;
  std::vector<Pending> pending_records_;

  struct Finished {
    std::uint64_t bytes = 0;
    Timestamp last_written{};
  };
  std::map<std::uint64_t, Finished> finished_;  // by first number
  std::uint64_t finished_bytes_ = 0;
  bool has_reserve_ = false;
  bool unsynced_ = false;
  std::chrono::steady_clock::time_point synced_at_{}, reserve_tried_{};
  std::array<std::uint64_t, kPriorities> refused_{};
  std::uint64_t syncs_ = 0, cut_bytes_ = 0;
  std::string problem_;
  std::atomic<Room> room_ = Room::enough;

  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t visible_end_ = 1;
  std::vector<const Wake*> watched_;
  Position newest_, oldest_;
  std::map<std::string, std::uint64_t> needed_;
};

}  // namespace outspan::spool
