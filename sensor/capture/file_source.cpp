#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "capture/block_pool.h"
#include "capture/discover.h"
#include "capture/file_reader.h"
#include "capture/files.h"
#include "capture/filter.h"
#include "capture/stop_signal.h"

namespace outspan::capture {
namespace {

class FileSource : public Source {
 public:
  FileSource(const std::vector<std::string>& paths, std::unique_ptr<Filter> filter)
      : filter_(std::move(filter)), discovered_(discover(paths, stop_)) {
    problems_ = std::move(discovered_.problems);
  }

  ReadStatus read(PacketBatch& batch) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return pool_.has_free(); }
  void stop() noexcept override { stop_.raise(); }
  [[nodiscard]] const Problems& problems() const noexcept override { return problems_; }
  [[nodiscard]] Origin origin(std::uint64_t packet_number) const override;
  [[nodiscard]] Progress progress() const noexcept override;
  void report(Stats& stats) const override;

 private:
  struct Opened {
    std::uint64_t first_number;
    std::string path;
  };

  ReadStatus read_block(PacketBatch& batch);
  bool open_next();
  void finish_file();
  void admit(PacketBatch& batch);

  std::unique_ptr<Filter> filter_;
  StopSignal stop_;
  BlockPool pool_;
  Discovered discovered_;
  std::size_t next_file_ = 0;
  std::unique_ptr<FileReader> reader_;
  mutable std::mutex opened_mutex_;  // origin() is asked by another thread than read()
  std::vector<Opened> opened_;
  std::size_t filter_problems_told_ = 0;
  Problems problems_;

  std::uint64_t packets_ = 0;
  std::uint64_t filtered_ = 0;
  std::uint64_t captured_bytes_ = 0;
  std::uint64_t wire_bytes_ = 0;
  std::uint64_t file_bytes_ = 0;  // of the files that are done
  std::atomic<std::uint64_t> progress_bytes_{0};
  Timestamp clock_{};
};

ReadStatus FileSource::read(PacketBatch& batch) noexcept {
  batch.packets.clear();
  batch.storage.reset();
  try {
    return read_block(batch);
  } catch (const std::exception& error) {
    problems_.push_back({reader_ == nullptr ? "" : opened_.back().path, error.what()});
    batch.packets.clear();
    return ReadStatus::end;
  }
}

ReadStatus FileSource::read_block(PacketBatch& batch) {
  const std::shared_ptr<Block> block = pool_.take();
  if (block == nullptr) {  // the caller did not ask ready(): nothing is lost, it may try again
    admit(batch);
    return ReadStatus::packets;
  }
  while (batch.packets.empty()) {
    if (stop_.raised()) return ReadStatus::end;
    if (reader_ == nullptr && !open_next()) return ReadStatus::end;
    reader_->read(block->bytes(), batch.packets);
    progress_bytes_.store(file_bytes_ + reader_->bytes_read(), std::memory_order_relaxed);
    if (stop_.raised()) return ReadStatus::end;
    if (reader_->ended()) finish_file();
  }
  batch.storage = block;
  admit(batch);
  return ReadStatus::packets;
}

/// False: there are no more files.
bool FileSource::open_next() {
  while (next_file_ < discovered_.files.size()) {
    const std::string& path = discovered_.files[next_file_++];
    Result<std::unique_ptr<FileReader>> opened = FileReader::open(path, stop_);
    if (opened.ok()) {
      reader_ = std::move(*opened);
      const std::lock_guard lock(opened_mutex_);
      opened_.push_back({packets_ + 1, path});
      return true;
    }
    problems_.push_back(opened.problems().front());
  }
  return false;
}

void FileSource::finish_file() {
  if (reader_->problem().has_value()) problems_.push_back(*reader_->problem());
  file_bytes_ += reader_->bytes_read();
  reader_.reset();
}

/// Turns numbers within the file into numbers within the run, and applies the filter.
void FileSource::admit(PacketBatch& batch) {
  const std::uint64_t before = opened_.empty() ? 0 : opened_.back().first_number - 1;
  for (Packet& packet : batch.packets) {
    packet.number += before;
    clock_ = std::max(clock_, packet.time);
    captured_bytes_ += packet.bytes.size();
    wire_bytes_ += packet.wire_bytes;
  }
  packets_ += batch.packets.size();
  batch.last_number = packets_;
  batch.clock = clock_;
  if (filter_->passes_all()) return;
  filtered_ +=
      std::erase_if(batch.packets, [this](const Packet& p) { return !filter_->passes(p); });
  const Problems& told = filter_->problems();
  for (; filter_problems_told_ < told.size(); ++filter_problems_told_)
    problems_.push_back(told[filter_problems_told_]);
}

Source::Origin FileSource::origin(std::uint64_t packet_number) const {
  const std::lock_guard lock(opened_mutex_);
  const auto after = std::ranges::upper_bound(opened_, packet_number, {}, &Opened::first_number);
  if (after == opened_.begin()) return {};
  const Opened& file = *std::prev(after);
  return {file.path, packet_number - file.first_number + 1};
}

Source::Progress FileSource::progress() const noexcept {
  return {progress_bytes_.load(std::memory_order_relaxed), discovered_.bytes_total};
}

void FileSource::report(Stats& stats) const {
  stats.add("capture.files", opened_.size());
  stats.add("capture.files_ignored", discovered_.ignored);
  stats.add("capture.packets", packets_);
  stats.add("capture.bytes", captured_bytes_);
  stats.add("capture.wire_bytes", wire_bytes_);
  stats.add("capture.filtered", filtered_);
  stats.add("capture.problems", problems_.size());
}

}  // namespace

Result<std::unique_ptr<Source>> open_files(const std::vector<std::string>& paths,
                                           const FileOptions& options) {
  Result<std::unique_ptr<Filter>> filter = Filter::make(options.filter);
  if (!filter.ok()) return filter.problems();
  return std::unique_ptr<Source>(new FileSource(paths, std::move(*filter)));
}

}  // namespace outspan::capture
