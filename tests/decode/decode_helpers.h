#pragma once

#include <list>
#include <utility>

#include "decode/decoder.h"
#include "packet_builder.h"

namespace outspan::decode::test {

/// A decoder with the packets fed to it so far; the packets' bytes live as long as it does.
class Bench {
 public:
  explicit Bench(const config::Config& config = {}) : decoder_(config) {}

  /// `wire_bytes` 0: nothing was cut off. `time_s`: packet time.
  void feed(const Octets& frame, capture::LinkType link = capture::LinkType::ethernet,
            std::uint32_t wire_bytes = 0, int time_s = 0) {
    // Exactly as long as the frame, so that the address sanitizer sees every byte too much.
    frames_.push_back(frame);
    frames_.back().shrink_to_fit();
    const Octets& kept = frames_.back();
    capture::PacketBatch batch;
    batch.packets.push_back(
        {.time = timestamp_from_ns(1'000'000'000LL * time_s),
         .number = ++number_,
         .bytes = kept,
         .wire_bytes = wire_bytes == 0 ? static_cast<std::uint32_t>(kept.size()) : wire_bytes,
         .link = link});
    decoder_.decode(batch, out);
  }
  void expire(int time_s) { decoder_.expire(timestamp_from_ns(1'000'000'000LL * time_s), out); }
  void finish() { decoder_.finish(out); }
  [[nodiscard]] std::uint64_t count(const std::string& name) const {
    Stats stats;
    decoder_.report(stats);
    return stats.value(name);
  }
  [[nodiscard]] std::string payload(std::size_t i) const {
    return i < out.datagrams.size() ? std::string(as_text(out.datagrams[i].payload)) : "(none)";
  }

  DatagramBatch out;

 private:
  Decoder decoder_;
  std::list<Octets> frames_;
  std::uint64_t number_ = 0;
};

}  // namespace outspan::decode::test
