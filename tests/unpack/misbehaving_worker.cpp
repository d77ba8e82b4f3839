#include <unistd.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "unpack/pool/frame.h"
#include "unpack/worker/serve.h"

namespace outspan::unpack {
namespace {

std::string frame(FrameType type, std::string_view payload) {
  const FrameHeader header{static_cast<std::uint32_t>(payload.size()), type, {}};
  return std::string(reinterpret_cast<const char*>(&header), sizeof(header)).append(payload);
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(kWorkerSocket, bytes.data(), bytes.size());
    if (written <= 0) _exit(0);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void write_for_ever(const std::string& frames) {
  for (;;) write_all(frames);
}

[[noreturn]] void hang() {
  for (static volatile int forever = 1; forever != 0;) {
  }
  _exit(0);
}

/// Sleeping is refused.
void pass_time(std::chrono::milliseconds time) {
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < time) {
  }
}

/// As code would that took a worker over: it speaks the language of frames, and lies.
void lie(std::string_view order) {
  const std::string opened = frame(FrameType::done, std::string_view("\0", 1));
  const std::string member = frame(FrameType::begin_member, "forged") +
                             frame(FrameType::data, "text") + frame(FrameType::end_member, "");
  if (order == "empty data") {
    write_all(frame(FrameType::begin_member, "forged"));
    write_for_ever(frame(FrameType::data, ""));
  }
  if (order == "unread for ever") write_for_ever(frame(FrameType::unread, "01234567"));
  if (order == "begin for ever") write_for_ever(member);
  if (order == "output after done") {
    write_all(opened + member);
    hang();
  }
  if (order == "output after a while") {
    write_all(opened);
    pass_time(std::chrono::milliseconds(100));
    write_all(member);
    hang();
  }
  if (order == "done twice") {
    write_all(opened + opened);
    hang();
  }
  if (order == "done in a member") write_all(frame(FrameType::begin_member, "forged") + opened);
  if (order == "data of no member") write_all(frame(FrameType::data, "text"));
  if (order == "end of no member") write_all(frame(FrameType::end_member, ""));
  if (order == "an outcome there is not") write_all(frame(FrameType::done, "\xff"));
  if (order == "a frame there is not") write_all(frame(static_cast<FrameType>(99), ""));
  if (order == "less than it says") {
    write_all(frame(FrameType::data, "text").substr(0, 10));
    hang();
  }
  if (order == "a byte now and then")
    for (const char byte : frame(FrameType::begin_member, std::string(1000, 'x'))) {
      pass_time(std::chrono::milliseconds(10));
      write_all({&byte, 1});
    }
}

/// Does what the file tells it to.
Outcome obey(Kind, Bytes file, Output& output) {
  const std::string_view order = as_text(file);
  if (order == "nothing") return Outcome::opened;
  output.begin("before");
  output.text("inspected before it happened");
  output.end();
  if (order == "crash") std::abort();
  if (order == "hang") hang();
  if (order == "eat") {
    std::vector<std::string> all;
    while (all.size() < 512) all.emplace_back(1 << 20, 'x');  // twice what it may have
    return Outcome::opened;
  }
  if (order == "open") {
    output.begin("open");
    output.text(open("/etc/passwd", O_RDONLY) < 0 ? "no file, " : "a file, ");
    output.text(socket(AF_INET, SOCK_STREAM, 0) < 0 ? "no socket, " : "a socket, ");
    output.text(fork() < 0 ? "no process" : "a process");
  }
  if (order == "descriptors") {
    output.begin("descriptors");
    for (int number = kWorkerSocket + 1; number < 64; ++number)
      if (lseek(number, 0, SEEK_CUR) >= 0 || errno != EBADF) output.text("open ");
    output.text(environ == nullptr || environ[0] == nullptr ? "bare" : "environment");
  }
  if (order == "garbage") {
    const std::string junk(100, '\xff');
    if (write(kWorkerSocket, junk.data(), junk.size()) < 0) std::abort();
  }
  if (order == "short") write_all(frame(FrameType::unread, "x"));  // says less than it should
  if (order == "flood") {
    for (;;) output.begin("another");
  }
  if (order == "zeros") {
    output.begin("zeros");
    const std::string zeros(1 << 20, '0');
    for (;;) output.text(zeros);
  }
  if (order == "damaged") return Outcome::damaged;
  lie(order);
  return Outcome::opened;
}

}  // namespace
}  // namespace outspan::unpack

int main(int argument_count, char** arguments) {
  return outspan::unpack::serve(argument_count, arguments, outspan::unpack::obey);
}
