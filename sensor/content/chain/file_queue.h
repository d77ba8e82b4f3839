#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <vector>

namespace outspan::unpack {
class Pool;
}

namespace outspan::content {

class ObjectContext;

/// A file on its way through a worker.
class QueuedFile {
 public:
  QueuedFile() = default;
  QueuedFile(const QueuedFile&) = delete;
  QueuedFile& operator=(const QueuedFile&) = delete;
  virtual ~QueuedFile() = default;

  /// Works on it until about `bytes_max` bytes have been handed on; `wait`: until it is done.
  /// Returns whether it is done.
  virtual bool step(unpack::Pool& pool, std::uint64_t bytes_max, bool wait) noexcept = 0;
};

/// The files of a shard that workers of unpack/ open, and the objects that wait for them.
///
/// A worker may take seconds for a file. In a replay the queue waits for it, so that events come in
/// one order. In front of a network nothing may wait: add() only keeps the file, and poll(),
/// between packets, hands on what the workers have found. Then text of a file may come after its
/// object's other parts, after other objects, and after its flow; on_object_end comes after all
/// text.
///
/// Bounds: kRunning workers; the files are charged to Limits::memory_mib.
/// Thread: the pipeline's. `pool` outlives the queue; nullptr: no files are opened.
class FileQueue {
 public:
  /// Workers at a time: one slow file does not hold up the others.
  static constexpr std::size_t kRunning = 2;

  FileQueue(unpack::Pool* pool, bool waits) noexcept;
  /// Files that are left are given up, and nobody hears of them: flows may be gone.
  ~FileQueue();

  [[nodiscard]] unpack::Pool* pool() const noexcept { return pool_; }
  void add(std::unique_ptr<QueuedFile> file) noexcept;
  /// `context` ended while files of it are open; the queue ends it when they are done.
  void adopt(std::unique_ptr<ObjectContext> context) noexcept;
  /// Hands on about `bytes_max` bytes of text, if there is so much, without waiting for more.
  void poll(std::uint64_t bytes_max) noexcept;
  /// Waits for all files.
  void finish() noexcept;
  [[nodiscard]] std::size_t waiting() const noexcept { return files_.size(); }

 private:
  void end_objects() noexcept;

  unpack::Pool* pool_;
  bool waits_;
  std::vector<std::unique_ptr<ObjectContext>> ended_;  // outlive their files
  std::list<std::unique_ptr<QueuedFile>> files_;  // in order of arrival; the first kRunning run
};

}  // namespace outspan::content
