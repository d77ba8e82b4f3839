#include "alert/sink/mail_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "alert/event/utf8.h"
#include "alert/format/one_line.h"
#include "core/file_descriptor.h"

namespace outspan::alert {
namespace {

constexpr std::size_t kLinesMax = 500;
constexpr std::chrono::seconds kProgramMax{60};
constexpr std::chrono::seconds kTryAgain{60};
constexpr const char* kSeverities[] = {"low", "medium", "high", "critical"};

/// A header's value on one line; what is not ASCII is left out.
std::string header(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= ' ' && c < 0x7f) out += c;
  return out;
}

}  // namespace

MailSink::MailSink(const config::Output& output, const config::Config& config, bool at_end,
                   OutputCounters& counters)
    : output_(output), sensor_(config.sensor), at_end_(at_end), counters_(counters) {}

MailSink::~MailSink() {
  if (program_ > 0) {
    ::kill(program_, SIGKILL);
    ::waitpid(program_, nullptr, 0);
  }
  if (message_file_ >= 0) ::close(message_file_);
}

Sink::Offer MailSink::offer(const Event& event, std::uint64_t number) {
  if (program_ > 0) return Offer::later;
  const auto* incident = std::get_if<policy::Incident>(&event.body);
  if (incident == nullptr || incident->state != policy::IncidentState::opened) return Offer::taken;
  if (!first_) {
    first_ = number;
    due_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(output_.every);
  }
  next_ = number + 1;
  ++collected_;
  ++by_rule_[{-static_cast<int>(incident->severity), incident->rule_id}];
  if (lines_.size() < kLinesMax)
    lines_.push_back(fmt::format("{}Z {} [{}]", to_rfc3339(event.time).substr(0, 19),
                                 one_line(event), incident->id));
  return Offer::taken;
}

std::string MailSink::message() const {
  std::string to;
  for (const std::string& each : output_.to) to += (to.empty() ? "" : ", ") + header(each);
  const int worst = -by_rule_.begin()->first.first;
  std::string text = fmt::format(
      "To: {}\nFrom: {}\nSubject: Outspan {}: {} incident{}, worst {}\n"
      "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
      to, header(output_.from.empty() ? "outspan" : output_.from), header(sensor_), collected_,
      collected_ == 1 ? "" : "s", kSeverities[worst]);
  for (const auto& [rule, count] : by_rule_)
    text +=
        fmt::format("{:>8}  {:<9} {}\n", count, kSeverities[-rule.first], printable(rule.second));
  text += '\n';
  for (const std::string& line : lines_) text += line + "\n\n";
  if (collected_ > lines_.size())
    text += fmt::format("and {} more: see `outspan events`\n", collected_ - lines_.size());
  return text;
}

/// False: it could not be started.
bool MailSink::start_program() {
  const std::string text = message();
  message_file_ = ::memfd_create("outspan mail", MFD_CLOEXEC);
  if (message_file_ < 0 ||
      ::write(message_file_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return false;
  ::lseek(message_file_, 0, SEEK_SET);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, message_file_, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = output_.sendmail, read_recipients = "-t", dots = "-i";
  char* arguments[] = {program.data(), read_recipients.data(), dots.data(), nullptr};
  const int error = ::posix_spawn(&program_, program.c_str(), &files, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    program_ = -1;
    errno = error;
    return false;
  }
  started_ = Clock::now();
  return true;
}

void MailSink::look_after_program() {
  int status = 0;
  if (::waitpid(program_, &status, WNOHANG) == program_) {
    program_ = -1;
    const bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    ended(well, fmt::format("{} ended with status {}", output_.sendmail,
                            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)));
  } else if (Clock::now() - started_ >= kProgramMax) {
    ::kill(program_, SIGKILL);
    ::waitpid(program_, nullptr, 0);
    program_ = -1;
    ended(false, output_.sendmail + " takes too long");
  }
}

void MailSink::ended(bool well, const std::string& why) {
  ::close(std::exchange(message_file_, -1));
  if (!well) {
    trouble_ = why;
    due_ = Clock::now() + kTryAgain;
    return;
  }
  counters_.written += collected_;
  trouble_.clear();
  first_.reset();
  collected_ = 0;
  lines_.clear();
  by_rule_.clear();
}

void MailSink::work(int wake, std::chrono::milliseconds timeout) {
  if (program_ > 0) look_after_program();
  if (program_ < 0 && first_ && Clock::now() >= due_ && !start_program())
    ended(false, fmt::format("{}: {}", output_.sendmail, std::strerror(errno)));
  pollfd waited{wake, POLLIN, 0};
  ::poll(&waited, 1, static_cast<int>(timeout.count()));
}

bool MailSink::finish(Clock::time_point give_up) {
  if (first_ && at_end_ && trouble_.empty()) due_ = Clock::now();
  while (first_ && (at_end_ || program_ > 0) && Clock::now() < give_up)
    work(-1, std::chrono::milliseconds(20));
  return !first_;
}

}  // namespace outspan::alert
