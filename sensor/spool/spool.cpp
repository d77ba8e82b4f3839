#include "spool/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace outspan::spool {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kReserveBytesMax = std::uint64_t{4} << 20;
constexpr std::chrono::seconds kSyncInterval{1};
constexpr std::chrono::seconds kReserveInterval{1};

/// Bytes written; fewer than all with errno set.
std::uint64_t write_at(int fd, Bytes bytes, std::uint64_t offset) noexcept {
  std::uint64_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n =
        ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::uint64_t>(n);
  }
  return done;
}

/// What stays behind the end after all is written over, or cut off at the next start.
void cut(int fd, std::uint64_t size) noexcept {
  const int error = errno;
  [[maybe_unused]] const int ignored = ::ftruncate(fd, static_cast<off_t>(size));
  errno = error;
}

std::uint64_t size_of(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::string& folder, const Options& options) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return Problem{folder, fmt::format("cannot be made: {}", std::strerror(errno))};
  std::unique_ptr<Spool> spool(new Spool(folder, options));
  spool->directory_ = FileDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  spool->lock_ =
      FileDescriptor(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!spool->directory_ || !spool->lock_)
    return Problem{folder, fmt::format("cannot be written: {}", std::strerror(errno))};
  if (::flock(spool->lock_.get(), LOCK_EX | LOCK_NB) != 0)
    return Problem{folder, "is the spool of a sensor that runs"};
  if (Problems problems = spool->recover(); !problems.empty()) return problems;
  spool->make_reserve();
  spool->judge_room();
  spool->publish();
  return spool;
}

Spool::~Spool() {
  commit();
  if (unsynced_ && options_.sync != Sync::never) sync_now();
}

Problems Spool::recover() {
  const std::vector<std::uint64_t> segments = list_segments(folder_);
  for (const std::uint64_t segment : segments) {
    if (segment == segments.back()) return recover_last(segment);
    const auto footer = footer_of(folder_, segment);
    const Finished finished{size_of(folder_ + "/" + segment_name(segment)),
                            footer ? footer->last_written : wall_clock()};
    finished_.emplace(segment, finished);
    finished_bytes_ += finished.bytes;
  }
  return {};
}

/// The only segment that may be unfinished: what is not whole at its end is cut off.
Problems Spool::recover_last(std::uint64_t segment) {
  const std::string path = folder_ + "/" + segment_name(segment);
  const std::uint64_t size = size_of(path);
  next_number_ = segment;
  if (const auto footer = footer_of(folder_, segment)) {
    finished_.emplace(segment, Finished{size, footer->last_written});
    finished_bytes_ += size;
    next_number_ += footer->records;
    return {};
  }
  Reader reader(folder_, {segment, segment, 0});
  while (const auto record = reader.next()) footer_.add(*record);
  const Position end = reader.position();
  const bool begun = end.segment == segment && end.offset >= kHeaderBytes;
  if (const std::uint64_t good = begun ? end.offset : 0; size > good) {
    cut_bytes_ = size - good;
    problem_ =
        fmt::format("{}: the last {} bytes were not whole and are cut off", path, cut_bytes_);
  }
  if (!begun)
    return ::unlink(path.c_str()) == 0 ? Problems{} : Problems{{path, std::strerror(errno)}};
  file_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file_ || ::ftruncate(file_.get(), static_cast<off_t>(end.offset)) != 0)
    return {{path, std::strerror(errno)}};
  segment_ = segment;
  file_bytes_ = end.offset;
  next_number_ = end.number;
  return {};
}

bool Spool::begin_segment() {
  const std::string path = folder_ + "/" + segment_name(next_number_);
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::vector<std::uint8_t> header;
  append_header(header, next_number_);
  if (!file || write_at(file.get(), header, 0) != header.size()) {
    const int error = errno;
    if (file) ::unlink(path.c_str());
    errno = error;
    return false;
  }
  file_ = std::move(file);
  segment_ = next_number_;
  file_bytes_ = kHeaderBytes;
  footer_ = {};
  if (options_.sync != Sync::never) ::fsync(directory_.get());
  return true;
}

/// Without room for the footer the segment goes on.
void Spool::end_segment() {
  std::vector<std::uint8_t> footer;
  append_footer(footer, footer_);
  if (write_at(file_.get(), footer, file_bytes_) != footer.size())
    return cut(file_.get(), file_bytes_);
  if (options_.sync != Sync::never) sync_now();
  finished_.emplace(segment_, Finished{file_bytes_ + kFooterBytes, footer_.last_written});
  finished_bytes_ += file_bytes_ + kFooterBytes;
  file_ = FileDescriptor();
  file_bytes_ = 0;
}

std::uint64_t Spool::bytes() const noexcept {
  return finished_bytes_ + file_bytes_ + pending_.size();
}

void Spool::judge_room() {
  const std::uint64_t used = bytes();
  const std::uint64_t most = options_.bytes_max;
  room_ = !has_reserve_ || used >= most - most / 20 ? Room::none
          : used >= most - most / 10                ? Room::little
                                                    : Room::enough;
}

void Spool::append(const Record& record, Priority priority) {
  const Room room = room_;
  const Priority least = room == Room::none     ? Priority::high
                         : room == Room::little ? Priority::middle
                                                : Priority::low;
  if (priority < least || bytes() + record.payload.size() > options_.bytes_max ||
      record.payload.empty() || record.payload.size() > kPayloadBytesMax) {
    ++refused_[static_cast<std::size_t>(priority)];
    return;
  }
  const std::size_t before = pending_.size();
  append_record(pending_, record);
  Pending pending{pending_.size() - before, priority, record};
  pending.record.payload = {};
  pending_records_.push_back(pending);
}

void Spool::commit() noexcept {
  // What everybody has read goes before anything that is new is refused.
  while (!write_pending() && drop_oldest()) {
  }
  if (!pending_records_.empty()) {
    disk_is_full(errno);
    refuse_below(Priority::high);
    write_pending();
    // What is left now is lost.
    refused_[static_cast<std::size_t>(Priority::high)] += pending_records_.size();
    drop_pending(pending_records_.size());
  }
  if (unsynced_ && options_.sync == Sync::batch) sync_now();
  if (file_ && file_bytes_ >= options_.segment_bytes) end_segment();
  drop_old();
  judge_room();
  publish();
}

/// Writes as many records as there is room for. False, with errno: some are left.
bool Spool::write_pending() {
  if (pending_records_.empty()) return true;
  if (!file_ && !begin_segment()) return false;
  const std::uint64_t done = write_at(file_.get(), pending_, file_bytes_);
  std::size_t records = 0;
  std::uint64_t whole = 0;
  for (; records < pending_records_.size(); ++records) {
    if (whole + pending_records_[records].size_bytes > done) break;
    whole += pending_records_[records].size_bytes;
    footer_.add(pending_records_[records].record);
  }
  file_bytes_ += whole;
  next_number_ += records;
  if (records != 0) unsynced_ = true;
  if (whole < pending_.size()) cut(file_.get(), file_bytes_);
  drop_pending(records);
  return pending_records_.empty();
}

void Spool::drop_pending(std::size_t records) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < records; ++i) size += pending_records_[i].size_bytes;
  const auto count = static_cast<std::ptrdiff_t>(records);
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size));
  pending_records_.erase(pending_records_.begin(), pending_records_.begin() + count);
}

/// Takes what gives way out of what waits to be written.
void Spool::refuse_below(Priority least) {
  std::vector<std::uint8_t> kept_bytes;
  std::vector<Pending> kept;
  auto from = pending_.begin();
  for (const Pending& pending : pending_records_) {
    const auto to = from + static_cast<std::ptrdiff_t>(pending.size_bytes);
    if (pending.priority < least) {
      ++refused_[static_cast<std::size_t>(pending.priority)];
    } else {
      kept_bytes.insert(kept_bytes.end(), from, to);
      kept.push_back(pending);
    }
    from = to;
  }
  pending_ = std::move(kept_bytes);
  pending_records_ = std::move(kept);
}

void Spool::disk_is_full(int error) {
  if (has_reserve_)
    problem_ = fmt::format("{}: cannot be written: {}", folder_, std::strerror(error));
  has_reserve_ = false;
  reserve_tried_ = Clock::now();
  ::unlink((folder_ + "/reserve").c_str());
}

void Spool::make_reserve() {
  if (has_reserve_) return;
  reserve_tried_ = Clock::now();
  const std::string path = folder_ + "/reserve";
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::uint64_t size = std::min(kReserveBytesMax, options_.bytes_max / 16);
  const int error = file ? ::posix_fallocate(file.get(), 0, static_cast<off_t>(size)) : errno;
  has_reserve_ = error == 0;
  if (has_reserve_) return;
  ::unlink(path.c_str());
  if (problem_.empty())
    problem_ = fmt::format("{}: has no room: {}", folder_, std::strerror(error));
}

std::uint64_t Spool::first_needed() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t first = next_number_;
  for (const auto& [reader, number] : needed_) first = std::min(first, number);
  return first;
}

/// What is behind the latest segment stays, so that numbers go on after a restart.
bool Spool::drop_oldest() {
  if (finished_.empty() || (finished_.size() == 1 && !file_)) return false;
  const auto oldest = finished_.begin();
  const auto following = std::next(oldest);
  const std::uint64_t end = following == finished_.end() ? segment_ : following->first;
  if (first_needed() < end) return false;
  if (::unlink((folder_ + "/" + segment_name(oldest->first)).c_str()) != 0 && errno != ENOENT)
    return false;
  finished_bytes_ -= oldest->second.bytes;
  finished_.erase(oldest);
  return true;
}

void Spool::drop_old() {
  const std::uint64_t most = options_.bytes_max;
  while (bytes() >= most - most / 10 && drop_oldest()) {
  }
  while (!finished_.empty() &&
         wall_clock() - finished_.begin()->second.last_written > options_.keep && drop_oldest()) {
  }
}

void Spool::sync_now() noexcept {
  if (file_) ::fdatasync(file_.get());
  unsynced_ = false;
  synced_at_ = Clock::now();
  ++syncs_;
}

void Spool::tick() noexcept {
  if (unsynced_ && options_.sync == Sync::second && Clock::now() - synced_at_ >= kSyncInterval)
    sync_now();
  if (!has_reserve_ && Clock::now() - reserve_tried_ >= kReserveInterval) {
    const std::string said = problem_;
    make_reserve();
    problem_ = said;  // that it is still full was said before
  }
  drop_old();
  judge_room();
}

void Spool::publish() {
  const std::lock_guard lock(mutex_);
  const bool more = visible_end_ != next_number_;
  visible_end_ = next_number_;
  newest_ = {next_number_, file_ ? segment_ : 0, file_bytes_};
  oldest_ = {finished_.empty() ? (file_ ? segment_ : next_number_) : finished_.begin()->first, 0,
             0};
  if (!more) return;
  for (const Wake* wake : watched_) wake->signal();
}

std::uint64_t Spool::end() const {
  const std::lock_guard lock(mutex_);
  return visible_end_;
}

void Spool::watch(const Wake& wake) {
  const std::lock_guard lock(mutex_);
  watched_.push_back(&wake);
}

void Spool::unwatch(const Wake& wake) {
  const std::lock_guard lock(mutex_);
  std::erase(watched_, &wake);
}

void Spool::needs(const std::string& reader, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  needed_[reader] = number;
}

void Spool::forget(const std::string& reader) {
  const std::lock_guard lock(mutex_);
  needed_.erase(reader);
}

Position Spool::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

Position Spool::oldest() const {
  const std::lock_guard lock(mutex_);
  return oldest_;
}

void Spool::report(Stats& stats) const {
  static constexpr std::string_view kNames[] = {"low", "middle", "high"};
  stats.add("spool.records", next_number_ - oldest_.number);
  stats.add("spool.bytes", bytes());
  stats.add("spool.segments", finished_.size() + (file_ ? 1 : 0));
  stats.add("spool.syncs", syncs_);
  stats.add("spool.cut_bytes", cut_bytes_);
  for (std::size_t i = 0; i < kPriorities; ++i)
    stats.add(fmt::format("spool.refused.{}", kNames[i]), refused_[i]);
}

std::string Spool::take_problem() { return std::exchange(problem_, {}); }

}  // namespace outspan::spool
