#pragma once

#include <cstdint>
#include <memory>

#include "core/time.h"
#include "flow/segment_store.h"

namespace outspan::flow {

/// One side of a TCP connection as far as order goes. Positions are 64 bits wide and only grow, so
/// that nothing but position() knows of sequence numbers and their wrap-around.
struct alignas(64) TcpSide {
  /// Room below the first position, for segments that turn out to be earlier.
  static constexpr std::uint64_t kStart = 1ull << 40;
  /// Farther ahead than this is taken for garbage: the largest window in practical use.
  static constexpr std::int64_t kWindowBytes = 16 << 20;

  enum class Start : std::uint8_t {
    unknown,  ///< no packet showed which
    guessed,  ///< joined in the middle: `next` is a guess, nothing was delivered
    fixed,    ///< `origin` is offset 0 of the stream
  };

  // What each packet needs, in one cache line.
  std::uint64_t next = kStart;    ///< of the next byte to deliver
  std::uint64_t origin = kStart;  ///< of the stream's offset 0
  std::uint64_t acked = 0;        ///< the other side has everything before
  std::uint64_t highest = 0;      ///< end of what the side announced to have sent
  std::uint64_t fin = 0;          ///< position of the FIN; 0: not seen
  std::uint64_t packets = 0;
  std::unique_ptr<SegmentStore> store;
  std::uint32_t next_sequence = 0;
  Start start = Start::unknown;
  bool presumed_fin = false;  ///< the last acknowledged byte looks like a FIN that we missed
  bool own_guess = false;     ///< the packet being worked on is the side's first sign of life
  std::uint8_t suspects = 0;  ///< consecutive segments out of the window that follow one another

  // What few packets need.
  std::uint64_t floor = kStart;  ///< lowest position accounted; below origin after early bytes
  std::uint64_t gaps = 0;
  std::uint64_t hole = 0;  ///< where the first hole is, and how long it has been there:
  Timestamp hole_since{};
  std::uint32_t hole_packets = 0;
  std::uint32_t far_ack = 0;  ///< the latest acknowledgment out of the window, raw
  std::uint32_t suspect_sequence = 0;
  std::uint32_t suspect_bytes = 0;
  std::uint32_t rival_sequence = 0;
  bool rival = false;  ///< a SYN asked for another connection over the same ports
  bool exact = false;  ///< a SYN of either side gave the start

  [[nodiscard]] std::uint64_t position(std::uint32_t sequence) const noexcept {
    return next + static_cast<std::uint64_t>(static_cast<std::int64_t>(
                      static_cast<std::int32_t>(sequence - next_sequence)));
  }
  void begin_at(std::uint32_t sequence, Start how) noexcept {
    next_sequence = sequence;
    next = origin = floor = kStart;
    start = how;
  }
  /// A SYN gives the start of a stream that was guessed so far. No effect if bytes wait before it.
  void correct_start(std::uint32_t sequence) noexcept {
    const std::uint64_t begins = position(sequence);
    const std::uint64_t first = waiting() ? store->begin() : begins;
    if (begins > first || first - begins > static_cast<std::uint64_t>(kWindowBytes)) return;
    next_sequence = sequence;
    next = origin = floor = begins;
    start = Start::fixed;
    exact = true;
  }
  void advance(std::uint64_t bytes) noexcept {
    next += bytes;
    next_sequence += static_cast<std::uint32_t>(bytes);
  }
  [[nodiscard]] std::uint32_t origin_sequence() const noexcept {
    return next_sequence - static_cast<std::uint32_t>(next - origin);
  }
  [[nodiscard]] bool waiting() const noexcept { return store && !store->empty(); }
  /// All before `wanted` was delivered; a FIN takes one number of sequence space.
  [[nodiscard]] bool reached(std::uint64_t wanted) const noexcept {
    return next >= wanted || (next + 1 == wanted && (presumed_fin || fin == next));
  }
  /// End of the bytes that the other side acknowledged; its acknowledgment of a FIN is no byte.
  [[nodiscard]] std::uint64_t acked_bytes() const noexcept {
    return fin != 0 && acked > fin ? fin : acked;
  }
  [[nodiscard]] bool has_hole() const noexcept {
    return start == Start::fixed && (!reached(acked) || (store && !store->empty()));
  }
};

}  // namespace outspan::flow
