#include "frames.h"

#include <cstring>
#include <stdexcept>

namespace outspan::bench_capture {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{4} << 20;
constexpr std::size_t kEthernetBytes = 14;
constexpr std::size_t kIpBytes = 20;
constexpr std::uint64_t kNanosecondsPerByte = 8;

template <class Integer>
void put_little(std::string& out, Integer value) {
  for (unsigned shift = 0; shift < sizeof(Integer) * 8; shift += 8)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift));
}

class Bytes {
 public:
  Bytes& u8(std::uint8_t value) {
    store_[size_++] = static_cast<char>(value);
    return *this;
  }
  Bytes& u16(std::uint16_t value) {
    return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
  }
  Bytes& u32(std::uint32_t value) {
    return u16(static_cast<std::uint16_t>(value >> 16)).u16(static_cast<std::uint16_t>(value));
  }
  void set_u16(std::size_t at, std::uint16_t value) {
    store_[at] = static_cast<char>(value >> 8);
    store_[at + 1] = static_cast<char>(value);
  }
  std::string_view view() const { return {store_.data(), size_}; }

 private:
  std::array<char, 64> store_{};
  std::size_t size_ = 0;
};

/// RFC 1071, eight bytes at a time; in the host's byte order, so that the result is stored as it
/// is.
std::uint64_t sum_of(std::string_view bytes, std::uint64_t sum) {
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, 4);
    sum += word;
  }
  std::uint32_t rest = 0;
  if (at < bytes.size()) std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
  return sum + rest;
}

std::uint16_t checksum_of(std::uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(~sum);
  return static_cast<std::uint16_t>(folded << 8 |
                                    folded >> 8);  // little-endian host: back to network order
}

}  // namespace

CaptureWriter::CaptureWriter(const std::string& path)
    : file_(path == "-" ? stdout : std::fopen(path.c_str(), "wb")) {
  if (file_ == nullptr) throw std::runtime_error("cannot write " + path);
  buffer_.reserve(kBufferBytes + 4096);
  put_little<std::uint32_t>(buffer_, 0xa1b23c4d);  // nanoseconds
  put_little<std::uint16_t>(buffer_, 2);
  put_little<std::uint16_t>(buffer_, 4);
  put_little<std::uint64_t>(buffer_, 0);
  put_little<std::uint32_t>(buffer_, 65535);
  put_little<std::uint32_t>(buffer_, 1);
}

CaptureWriter::~CaptureWriter() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

void CaptureWriter::flush() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size())
    throw std::runtime_error("cannot write the capture: is the disk full?");
  buffer_.clear();
}

void CaptureWriter::finish() {
  flush();
  if (std::fflush(file_) != 0)
    throw std::runtime_error("cannot write the capture: is the disk full?");
}

void CaptureWriter::frame(Peer from, Peer to, std::uint8_t protocol, std::string_view header,
                          std::string_view payload) {
  const std::size_t size = kEthernetBytes + kIpBytes + header.size() + payload.size();
  put_little(buffer_, static_cast<std::uint32_t>(time_ns_ / 1'000'000'000));
  put_little(buffer_, static_cast<std::uint32_t>(time_ns_ % 1'000'000'000));
  put_little(buffer_, static_cast<std::uint32_t>(size));
  put_little(buffer_, static_cast<std::uint32_t>(size));

  Bytes link;
  link.u16(0x0200).u32(to.address).u16(0x0200).u32(from.address).u16(0x0800);
  Bytes ip;
  ip.u16(0x4500).u16(static_cast<std::uint16_t>(size - kEthernetBytes)).u16(ip_id_++).u16(0x4000);
  ip.u8(64).u8(protocol).u16(0).u32(from.address).u32(to.address);
  ip.set_u16(10, checksum_of(sum_of(ip.view(), 0)));
  buffer_.append(link.view()).append(ip.view()).append(header).append(payload);

  time_ns_ += (size + 24) * kNanosecondsPerByte;  // preamble, check sum and gap
  frames_ += 1;
  payload_bytes_ += payload.size();
  if (buffer_.size() >= kBufferBytes) flush();
}

void CaptureWriter::tcp(Peer from, Peer to, std::uint32_t sequence, std::uint32_t acknowledgement,
                        std::uint8_t flags, std::string_view payload) {
  Bytes pseudo;
  pseudo.u32(from.address)
      .u32(to.address)
      .u16(6)
      .u16(static_cast<std::uint16_t>(20 + payload.size()));
  Bytes header;
  header.u16(from.port).u16(to.port).u32(sequence).u32(acknowledgement);
  header.u8(5 << 4).u8(flags).u16(64240).u16(0).u16(0);
  header.set_u16(16, checksum_of(sum_of(payload, sum_of(header.view(), sum_of(pseudo.view(), 0)))));
  frame(from, to, 6, header.view(), payload);
}

void CaptureWriter::udp(Peer from, Peer to, std::string_view payload) {
  const auto size = static_cast<std::uint16_t>(8 + payload.size());
  Bytes pseudo;
  pseudo.u32(from.address).u32(to.address).u16(17).u16(size);
  Bytes header;
  header.u16(from.port).u16(to.port).u16(size).u16(0);
  const std::uint16_t checksum =
      checksum_of(sum_of(payload, sum_of(header.view(), sum_of(pseudo.view(), 0))));
  header.set_u16(6, checksum == 0 ? 0xffff : checksum);
  frame(from, to, 17, header.view(), payload);
}

}  // namespace outspan::bench_capture
