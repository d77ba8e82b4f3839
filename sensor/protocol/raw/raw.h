#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/flow_context.h"
#include "marks/marks.h"
#include "marks/stream_randomness.h"
#include "protocol/object.h"

namespace outspan::protocol {

/// The bytes of a flow that nobody understands, scanned as they are: each inspected side is one
/// object of one raw part.
///
/// A side whose bytes are random counts as encrypted ("high-entropy") and is not scanned, until a
/// sample of it is not random any more: of every 4 KiB 256 bytes are looked at, at a place that
/// nobody outside can foretell.
/// Bound: a test's counters, the beginning of the stream and one sample a side.
class RawScan {
 public:
  RawScan(FlowContext& flow, ObjectSink& objects, std::string name) noexcept;

  void data(Side side, Bytes bytes) noexcept;
  /// Data that is a message of its own.
  void datagram(Side side, Bytes bytes) noexcept;
  /// Text that was made of what came before: a part of its own (PartKind::copy).
  void beside(Side side, std::string_view name, Bytes text) noexcept;
  void gap(Side side, std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close(ObjectEnd how) noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  using Opening = std::array<std::uint8_t, marks::kBeginningBytes>;
  struct Half {
    std::unique_ptr<ObjectWriter> writer;
    marks::RandomnessTest test;
    std::uint64_t delivered = 0;       // bytes given to the writer since the last verdict
    std::unique_ptr<Opening> opening;  // set: not judged yet
    std::size_t opening_bytes = 0;
    bool known = false;  // it begins with a mark: what looks random is no ciphertext
    bool random = false;
    // random:
    std::uint64_t windows = 0;    // so far
    std::uint32_t window_at = 0;  // within 4 KiB
    std::uint32_t sample_at = 0;  // of this window
    std::array<std::uint8_t, 256> sample;
  };

  Half& half(Side side) noexcept { return halves_[index(side)]; }
  ObjectWriter& writer(Side side) noexcept;
  static void look_at_opening(Half& mine, Bytes bytes) noexcept;
  void inspect(Side side, Bytes bytes) noexcept;
  Bytes skip_random(Side side, Bytes bytes) noexcept;
  void becomes_random(Side side) noexcept;
  void becomes_plain(Side side) noexcept;

  FlowContext& flow_;
  ObjectSink& objects_;
  std::string name_;
  std::array<Half, 2> halves_;
};

}  // namespace outspan::protocol
