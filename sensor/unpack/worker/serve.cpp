#include "unpack/worker/serve.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "unpack/pool/frame.h"
#include "unpack/worker/sandbox.h"

namespace outspan::unpack {
namespace {

/// Writes frames. The sensor is gone if that fails, and then so is the worker.
class FrameOutput final : public Output {
 public:
  using Output::Output;
  static void write_frame(FrameType type, Bytes payload) {
    std::array<std::uint8_t, sizeof(FrameHeader) + kFramePayloadMax> frame;
    const FrameHeader header{static_cast<std::uint32_t>(payload.size()), type, {}};
    std::memcpy(frame.data(), &header, sizeof(header));
    if (!payload.empty())
      std::memcpy(frame.data() + sizeof(header), payload.data(), payload.size());
    Bytes left(frame.data(), sizeof(header) + payload.size());
    while (!left.empty()) {
      const ssize_t written = write(kWorkerSocket, left.data(), left.size());
      if (written <= 0) _exit(0);
      left = left.subspan(static_cast<std::size_t>(written));
    }
  }

 private:
  void write_begin(std::string_view name) override {
    write_frame(FrameType::begin_member, as_bytes(name));
  }
  void write_begin_rest() override { write_frame(FrameType::begin_rest, {}); }
  void write_data(Bytes bytes) override { write_frame(FrameType::data, bytes); }
  void write_end() override { write_frame(FrameType::end_member, {}); }
  void write_encrypted(std::string_view name) override {
    write_frame(FrameType::encrypted_member, as_bytes(name));
  }
  void write_unread(std::uint64_t bytes) override {
    write_frame(FrameType::unread, Bytes(reinterpret_cast<std::uint8_t*>(&bytes), sizeof(bytes)));
  }
};

/// The descriptor of the file's memory; -1: the sensor is gone.
int receive(Request& request) noexcept {
  iovec part{&request, sizeof(request)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (recvmsg(kWorkerSocket, &message, 0) != static_cast<ssize_t>(sizeof(request))) return -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return -1;
  int memory = -1;
  std::memcpy(&memory, CMSG_DATA(header), sizeof(memory));
  return memory;
}

}  // namespace

Outcome run_parser(Parser parser, Kind kind, Bytes file, Output& output) {
  Outcome outcome = Outcome::damaged;
  try {
    outcome = parser(kind, file, output);
  } catch (const Stop& stop) {
    outcome = stop.outcome;
  } catch (const std::bad_alloc&) {
    outcome = Outcome::memory;
  } catch (const std::exception&) {
    outcome = Outcome::damaged;
  }
  output.end();
  return outcome;
}

int serve(int argument_count, char** arguments, Parser parser) {
  // Names in archives are converted by the C library, which has this locale built in.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  const std::uint64_t memory_mib =
      argument_count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1024;
  if (!lock_in(memory_mib)) return 3;
  for (;;) {
    Request request{};
    const int memory = receive(request);
    if (memory < 0) return 0;
    limit_cpu(request.cpu_seconds);
    void* mapped = request.file_bytes == 0
                       ? nullptr
                       : mmap(nullptr, request.file_bytes, PROT_READ, MAP_PRIVATE, memory, 0);
    close(memory);
    Outcome outcome = Outcome::memory;
    if (mapped != MAP_FAILED) {
      FrameOutput output({.entries = request.entries, .output_bytes = request.output_bytes});
      outcome =
          run_parser(parser, static_cast<Kind>(request.kind),
                     Bytes(static_cast<const std::uint8_t*>(mapped), request.file_bytes), output);
      if (mapped != nullptr) munmap(mapped, request.file_bytes);
    }
    const auto code = static_cast<std::uint8_t>(outcome);
    FrameOutput::write_frame(FrameType::done, Bytes(&code, 1));
  }
}

}  // namespace outspan::unpack
