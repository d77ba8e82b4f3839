#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/stats.h"
#include "unpack/pool/kind.h"
#include "unpack/pool/outcome.h"
#include "unpack/pool/shared_file.h"

namespace outspan::unpack {

/// Takes what is inside a file. Members follow one another and are not nested: a file inside a file
/// is handed on as bytes.
/// Thread: the one that called Job::wait. Borrows: until the call returns.
class ExtractSink {
 public:
  virtual ~ExtractSink() = default;
  /// `name` is whatever the file says: a path with "..", control characters, nothing. At most
  /// kNameBytesMax bytes. false: nothing more is wanted.
  virtual bool begin_member(std::string_view name) noexcept = 0;
  /// As begin_member, of bytes of the file itself that could not be read or stand after its end.
  virtual bool begin_rest() noexcept = 0;
  /// A piece of the member: a nested file as it is, or UTF-8 text, in which a row is a line and its
  /// cells are separated by tabs. false: nothing more is wanted.
  virtual bool data(Bytes bytes) noexcept = 0;
  virtual void end_member() noexcept = 0;
  /// A member behind a password, of which no more than the name can be read. Between members.
  virtual void on_encrypted(std::string_view /*name*/) noexcept {}
  /// An outcome of `damaged` will be about so many bytes of the file only. As the worker says: it
  /// may be more than the file has. Between members.
  virtual void on_unread(std::uint64_t /*bytes*/) noexcept {}
};

struct PoolOptions {
  /// Program of the workers for all kinds but pdf, and for pdf. Empty: none.
  std::string program;
  std::string pdf_program;
  /// Address space of a worker.
  std::uint64_t worker_memory_mib = 1024;
  /// Files give way to packets: workers run at kNice more than the sensor, and get a quarter of a
  /// core still where there are not enough. Not where the packets wait for them.
  bool give_way = false;
  static constexpr int kNice = 5;
  /// Workers of a program that are kept while there is nothing to do.
  std::size_t idle_workers = 4;
  /// Files that a worker is given in its life, the good ones in a row: what took it over with one
  /// of them sees no more of the others.
  static constexpr std::uint32_t kFilesPerWorker = 32;
};

/// The worker programs that stand beside the running program, or in its libexec folder. An empty
/// path: not there.
PoolOptions find_programs();

class Pool;

/// A process, and our end of its socket.
struct Worker {
  pid_t pid = -1;
  int socket = -1;
  std::uint32_t files = 0;  ///< that it was given
};

/// The work on one file. Thread: one at a time.
class Job {
 public:
  Job(Job&& other) noexcept;
  Job& operator=(Job&&) = delete;
  /// Without a wait() before: the worker is ended.
  ~Job();

  /// Hands on what has come, at most a frame more than `bytes_max`, and does not wait for more.
  /// nullopt: it goes on. Otherwise how it ended; not to be called again then. A worker that keeps
  /// the caller waiting for longer than Limits::time, over the whole file, is ended. Time that the
  /// sink takes does not count. Errors: outcomes.
  std::optional<Outcome> step(ExtractSink& sink, std::uint64_t bytes_max) noexcept;
  /// Hands on all there is, and waits for it.
  Outcome wait(ExtractSink& sink) noexcept;

 private:
  friend class Pool;
  struct Reading;
  Job(Pool& pool, Kind kind, Limits limits, std::uint64_t file_bytes) noexcept;
  [[nodiscard]] Outcome judge(Outcome said) const noexcept;
  std::optional<Outcome> read_frames(ExtractSink& sink, std::uint64_t bytes_max) noexcept;
  std::optional<Outcome> take_frame(ExtractSink& sink) noexcept;
  bool receive(std::size_t wanted, std::optional<Outcome>& failure) noexcept;
  [[nodiscard]] std::chrono::nanoseconds time_left() const noexcept;

  Pool* pool_;
  Kind kind_;
  Limits limits_;
  std::uint64_t file_bytes_;
  Worker worker_;
  std::unique_ptr<Reading> reading_;
};

/// Worker processes that parse hostile files: no network, no files, no privileges, bounded memory
/// and CPU, a system call filter. They are started when they are needed, one a file at a time. One
/// that read a file to its end gets another, up to kFilesPerWorker; after anything else it is
/// ended. There are as many as files are open at a time: callers times the depth of nesting, at
/// most. Thread: any; a lock is taken to fetch and to bring back a worker, never while it works.
class Pool {
 public:
  /// Capabilities that the calling thread hands on to programs it starts are dropped, so that
  /// workers get none of them: before other threads are started.
  explicit Pool(PoolOptions options);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  /// All jobs are gone.
  ~Pool();

  [[nodiscard]] bool available(Kind kind) const noexcept { return !program(kind).empty(); }
  /// Seals `file`, and hands it to a worker. A problem shows when the job is waited for.
  [[nodiscard]] Job submit(Kind kind, SharedFile& file, const Limits& limits) noexcept;
  /// Files that are not read by then end with Outcome::time. Only the first call counts.
  void end_by(std::chrono::steady_clock::time_point time) noexcept;
  void report(Stats& stats) const;

 private:
  friend class Job;
  [[nodiscard]] const std::string& program(Kind kind) const noexcept {
    return kind == Kind::pdf ? options_.pdf_program : options_.program;
  }
  Worker fetch(Kind kind) noexcept;
  Worker start(Kind kind) noexcept;
  void bring_back(Kind kind, Worker worker) noexcept;
  static void end(Worker worker) noexcept;

  PoolOptions options_;
  std::mutex mutex_;
  std::array<std::vector<Worker>, 2> idle_;  // of the programs; guarded by mutex_
  std::array<std::atomic<std::uint64_t>, kOutcomes> outcomes_{};
  static constexpr auto kNever = std::chrono::steady_clock::time_point::max();
  std::atomic<std::chrono::steady_clock::time_point> end_by_{kNever};
  std::atomic<std::uint64_t> files_{0}, workers_started_{0}, bytes_in_{0}, bytes_out_{0};
};

}  // namespace outspan::unpack
