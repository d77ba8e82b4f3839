#pragma once

#include <memory>

#include "capture/packet.h"
#include "config/config.h"
#include "core/stats.h"
#include "decode/datagram.h"

namespace outspan::decode {

class Duplicates;
class Layers;

/// Turns packets into datagrams: takes off link layers and tunnels, puts fragments together.
///
/// Order:   decode() with every batch in the order of the capture; expire() when a source is idle;
///          finish() once, at the end.
/// Thread:  one at a time (the reader's lock): fragments may belong to any pipeline.
/// Borrows: datagrams point into the batch's storage, reassembled ones into `out` itself.
/// Memory:  Limits::fragments_mib for fragments that wait; nothing else is kept.
/// Errors:  counted; what cannot be understood is passed on as payload of the layer around it.
class Decoder {
 public:
  explicit Decoder(const config::Config& config);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Appends to `out`, copies that a mirror port made left out. `batch.storage` is kept for some
  /// more batches.
  void decode(const capture::PacketBatch& batch, DatagramBatch& out) noexcept;
  /// Appends what there is of fragmented packets whose rest is overdue at `clock`.
  void expire(Timestamp clock, DatagramBatch& out) noexcept;
  /// Appends what there is of all fragmented packets that still wait.
  void finish(DatagramBatch& out) noexcept;

  /// decode.*
  void report(Stats& stats) const;

 private:
  std::unique_ptr<Layers> layers_;
  std::unique_ptr<Duplicates> duplicates_;
};

}  // namespace outspan::decode
