#include "unpack/pool/pool.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/program.h"
#include "unpack/pool/frame.h"

namespace outspan::unpack {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

bool send_request(int socket, const Request& request, int memory) noexcept {
  iovec part{const_cast<Request*>(&request), sizeof(request)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &memory, sizeof(memory));
  return sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(request));
}

/// After `done` a worker writes nothing before it gets the next file.
bool is_silent(int socket) noexcept {
  char byte = 0;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

PoolOptions find_programs() {
  PoolOptions options;
  options.program = find_program("outspan-unpack");
  options.pdf_program = find_program("outspan-unpack-pdf");
  return options;
}

Pool::Pool(PoolOptions options) : options_(std::move(options)) {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (auto& idle : idle_) idle.reserve(options_.idle_workers);
}

Pool::~Pool() {
  for (auto& idle : idle_)
    for (const Worker worker : idle) end(worker);
}

void Pool::end(Worker worker) noexcept {
  if (worker.socket >= 0) close(worker.socket);
  if (worker.pid <= 0) return;
  kill(worker.pid, SIGKILL);
  while (waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// With nothing of ours but one end of a socket: every other descriptor is closed, the environment
/// is empty.
Worker Pool::start(Kind kind) noexcept {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  const Descriptor theirs(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int standard = 0; standard < 3; ++standard)
    posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), kWorkerSocket);
  posix_spawn_file_actions_addclosefrom_np(&actions, kWorkerSocket + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  // A group of its own: Ctrl-C is for the sensor, which then works off what it has read.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  std::string memory = std::to_string(options_.worker_memory_mib);
  std::string path = program(kind);
  std::array<char*, 3> arguments{path.data(), memory.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  Worker worker{-1, ends[0]};
  const int failed = posix_spawn(&worker.pid, path.c_str(), &actions, &attributes, arguments.data(),
                                 environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    close(ends[0]);
    return {};
  }
  if (options_.give_way)
    setpriority(PRIO_PROCESS, static_cast<id_t>(worker.pid),
                getpriority(PRIO_PROCESS, 0) + PoolOptions::kNice);
  ++workers_started_;
  return worker;
}

Worker Pool::fetch(Kind kind) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    auto& idle = idle_[kind == Kind::pdf];
    if (!idle.empty()) {
      const Worker worker = idle.back();
      idle.pop_back();
      return worker;
    }
  }
  return start(kind);
}

void Pool::bring_back(Kind kind, Worker worker) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    auto& idle = idle_[kind == Kind::pdf];
    if (idle.size() < options_.idle_workers) {
      idle.push_back(worker);
      return;
    }
  }
  end(worker);
}

Job Pool::submit(Kind kind, SharedFile& file, const Limits& limits) noexcept {
  Job job(*this, kind, limits, file.size());
  ++files_;
  bytes_in_ += file.size();
  if (!available(kind) || !file.seal()) return job;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limits.time).count();
  const Request request{file.size(), limits.entries, limits.output_bytes,
                        static_cast<std::uint64_t>(seconds) + 1, static_cast<std::uint64_t>(kind)};
  // An idle worker may have been ended by somebody else, or wrote unasked: then the next one is
  // taken.
  for (std::size_t attempt = 0; attempt <= options_.idle_workers; ++attempt) {
    Worker worker = fetch(kind);
    if (worker.pid < 0) return job;
    if (is_silent(worker.socket) && send_request(worker.socket, request, file.descriptor())) {
      ++worker.files;
      job.worker_ = worker;
      job.reading_ = std::make_unique<Job::Reading>();
      return job;
    }
    end(worker);
  }
  return job;
}

void Pool::report(Stats& stats) const {
  stats.add("unpack.files", files_);
  stats.add("unpack.bytes_in", bytes_in_);
  stats.add("unpack.bytes_out", bytes_out_);
  stats.add("unpack.workers_started", workers_started_);
  for (std::uint8_t i = 0; i < kOutcomes; ++i)
    stats.add(std::string("unpack.") + to_string(static_cast<Outcome>(i)), outcomes_[i]);
}

/// What has come of the current frame, and what came before it.
struct Job::Reading {
  std::array<std::uint8_t, sizeof(FrameHeader) + kFramePayloadMax> frame;
  std::size_t have = 0;
  std::uint64_t frames = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  bool in_member = false;
  std::chrono::nanoseconds waited{0};
  std::optional<Clock::time_point> waiting_since;
};

Job::Job(Pool& pool, Kind kind, Limits limits, std::uint64_t file_bytes) noexcept
    : pool_(&pool), kind_(kind), limits_(limits), file_bytes_(file_bytes) {}

Job::Job(Job&& other) noexcept
    : pool_(other.pool_),
      kind_(other.kind_),
      limits_(other.limits_),
      file_bytes_(other.file_bytes_),
      worker_(std::exchange(other.worker_, {})),
      reading_(std::move(other.reading_)) {}

Job::~Job() {
  if (worker_.pid > 0) Pool::end(worker_);
}

Outcome Job::wait(ExtractSink& sink) noexcept {
  for (;;) {
    if (const auto outcome = step(sink, UINT64_MAX)) return *outcome;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time_left());
    pollfd wanted{worker_.socket, POLLIN, 0};
    poll(&wanted, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000)));
  }
}

std::optional<Outcome> Job::step(ExtractSink& sink, std::uint64_t bytes_max) noexcept {
  auto outcome = worker_.pid > 0 ? read_frames(sink, bytes_max) : Outcome::unavailable;
  if (!outcome) return std::nullopt;
  if (worker_.pid > 0) outcome = judge(*outcome);
  ++pool_->outcomes_[static_cast<std::size_t>(*outcome)];
  if (worker_.pid <= 0) return outcome;
  const Worker worker = std::exchange(worker_, {});
  // Only after `opened` it is known that the worker waits for the next file, and as a new one
  // would.
  if (*outcome == Outcome::opened && worker.files < PoolOptions::kFilesPerWorker)
    pool_->bring_back(kind_, worker);
  else
    Pool::end(worker);
  return outcome;
}

/// Whether the worker's last word can be true.
Outcome Job::judge(Outcome said) const noexcept {
  if (said != Outcome::opened) return said;
  if (!is_silent(worker_.socket)) return Outcome::crashed;
  return reading_->bytes == 0 && file_bytes_ > 0 ? Outcome::nothing : said;
}

void Pool::end_by(std::chrono::steady_clock::time_point time) noexcept {
  auto never = kNever;
  end_by_.compare_exchange_strong(never, time, std::memory_order_relaxed);
}

std::chrono::nanoseconds Job::time_left() const noexcept {
  const auto waiting = reading_->waiting_since ? Clock::now() - *reading_->waiting_since
                                               : std::chrono::nanoseconds(0);
  const std::chrono::nanoseconds left = limits_.time - reading_->waited - waiting;
  const Clock::time_point end = pool_->end_by_.load(std::memory_order_relaxed);
  return end == Pool::kNever ? left : std::min<std::chrono::nanoseconds>(left, end - Clock::now());
}

/// false: not all of the frame's first `wanted` bytes are there yet, or never will be (`failure`).
bool Job::receive(std::size_t wanted, std::optional<Outcome>& failure) noexcept {
  Reading& reading = *reading_;
  while (reading.have < wanted) {
    const ssize_t got = recv(worker_.socket, reading.frame.data() + reading.have,
                             wanted - reading.have, MSG_DONTWAIT);
    if (got > 0) {
      reading.have += static_cast<std::size_t>(got);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      failure = Outcome::crashed;
      return false;
    } else if (errno == EAGAIN) {
      if (!reading.waiting_since) reading.waiting_since = Clock::now();
      if (time_left().count() <= 0) failure = Outcome::time;
      return false;
    }
  }
  if (reading.waiting_since) {
    reading.waited += Clock::now() - *reading.waiting_since;
    reading.waiting_since.reset();
  }
  return true;
}

std::optional<Outcome> Job::read_frames(ExtractSink& sink, std::uint64_t bytes_max) noexcept {
  Reading& reading = *reading_;
  std::optional<Outcome> outcome;
  for (std::uint64_t begin = reading.bytes; !outcome && reading.bytes - begin < bytes_max;) {
    FrameHeader header{};
    if (!receive(sizeof(header), outcome)) break;
    std::memcpy(&header, reading.frame.data(), sizeof(header));
    if (header.payload_bytes > kFramePayloadMax)
      outcome = Outcome::crashed;
    else if (!receive(sizeof(header) + header.payload_bytes, outcome))
      break;
    else
      outcome = take_frame(sink);
  }
  if (outcome && reading.in_member) sink.end_member();
  return outcome;
}

/// The worker has read a hostile file: what it writes is checked like any other input.
std::optional<Outcome> Job::take_frame(ExtractSink& sink) noexcept {
  Reading& reading = *reading_;
  FrameHeader header{};
  std::memcpy(&header, reading.frame.data(), sizeof(header));
  const Bytes content = Bytes(reading.frame).subspan(sizeof(header), header.payload_bytes);
  reading.have = 0;
  if (++reading.frames > frames_max(limits_)) return Outcome::crashed;
  switch (header.type) {
    case FrameType::begin_member:
    case FrameType::begin_rest:
      if (reading.in_member || content.size() > kNameBytesMax) return Outcome::crashed;
      if (++reading.entries > limits_.entries) return Outcome::entries;
      if (!(header.type == FrameType::begin_rest ? sink.begin_rest()
                                                 : sink.begin_member(as_text(content))))
        return Outcome::stopped;
      reading.in_member = true;
      return std::nullopt;
    case FrameType::data:
      reading.bytes += content.size();
      pool_->bytes_out_ += content.size();
      if (!reading.in_member || reading.bytes > limits_.output_bytes) return Outcome::crashed;
      return sink.data(content) ? std::nullopt : std::optional(Outcome::stopped);
    case FrameType::end_member:
      if (!reading.in_member) return Outcome::crashed;
      sink.end_member();
      reading.in_member = false;
      return std::nullopt;
    case FrameType::encrypted_member:
      if (reading.in_member || content.size() > kNameBytesMax) return Outcome::crashed;
      if (++reading.entries > limits_.entries) return Outcome::entries;
      sink.on_encrypted(as_text(content));
      return std::nullopt;
    case FrameType::unread: {
      std::uint64_t bytes = 0;
      if (reading.in_member || content.size() != sizeof(bytes)) return Outcome::crashed;
      std::memcpy(&bytes, content.data(), sizeof(bytes));
      sink.on_unread(bytes);
      return std::nullopt;
    }
    case FrameType::done:
      if (reading.in_member || content.size() != 1 || content[0] >= kOutcomes)
        return Outcome::crashed;
      return static_cast<Outcome>(content[0]);
  }
  return Outcome::crashed;
}

}  // namespace outspan::unpack
