#include <unistd.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <cstdlib>
#include <string>
#include <vector>

#include "unpack/pool/frame.h"
#include "unpack/worker/serve.h"

namespace outspan::unpack {
namespace {

/// Does what the file tells it to.
Outcome obey(Kind, Bytes file, Output& output) {
  const std::string_view order = as_text(file);
  output.begin("before");
  output.text("inspected before it happened");
  output.end();
  if (order == "crash") std::abort();
  if (order == "hang")
    for (static volatile int forever = 1; forever != 0;) {
    }
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
  if (order == "short") {  // a frame that says less than it should
    const FrameHeader header{1, FrameType::unread, {}};
    std::string frame(reinterpret_cast<const char*>(&header), sizeof(header));
    frame += 'x';
    if (write(kWorkerSocket, frame.data(), frame.size()) < 0) std::abort();
  }
  if (order == "flood") {
    for (;;) output.begin("another");
  }
  if (order == "zeros") {
    output.begin("zeros");
    const std::string zeros(1 << 20, '0');
    for (;;) output.text(zeros);
  }
  return Outcome::opened;
}

}  // namespace
}  // namespace outspan::unpack

int main(int argument_count, char** arguments) {
  return outspan::unpack::serve(argument_count, arguments, outspan::unpack::obey);
}
