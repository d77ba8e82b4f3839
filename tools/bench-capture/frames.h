#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace outspan::bench_capture {

inline constexpr std::size_t kSegmentBytesMax = 1460;
enum TcpFlag : std::uint8_t { kFin = 1, kSyn = 2, kPush = 8, kAck = 16 };

struct Peer {
  std::uint32_t address = 0;  ///< host byte order
  std::uint16_t port = 0;
};

/// Writes a pcap file (Ethernet, IPv4, nanoseconds) with right checksums. Time advances with every
/// frame by what it takes on a line of 1 Gbit/s.
class CaptureWriter {
 public:
  /// "-": standard output. Throws std::runtime_error where the file cannot be made.
  explicit CaptureWriter(const std::string& path);
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  void tcp(Peer from, Peer to, std::uint32_t sequence, std::uint32_t acknowledgement,
           std::uint8_t flags, std::string_view payload);
  void udp(Peer from, Peer to, std::string_view payload);
  void advance(std::uint64_t nanoseconds) noexcept { time_ns_ += nanoseconds; }

  /// Writes out what is buffered. Throws std::runtime_error when the disk is full.
  void finish();

  std::uint64_t frames() const noexcept { return frames_; }
  std::uint64_t payload_bytes() const noexcept { return payload_bytes_; }

 private:
  void frame(Peer from, Peer to, std::uint8_t protocol, std::string_view header,
             std::string_view payload);
  void flush();

  std::FILE* file_ = nullptr;
  std::string buffer_;
  std::uint64_t time_ns_ = 1'767'225'600ULL * 1'000'000'000ULL;  // 2026-01-01
  std::uint64_t frames_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint16_t ip_id_ = 0;
};

}  // namespace outspan::bench_capture
