#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/packet.h"
#include "core/result.h"
#include "core/stats.h"

namespace outspan::capture {

enum class ReadStatus : std::uint8_t {
  packets,  ///< the batch holds what was read (perhaps nothing that passed the filter)
  idle,     ///< live: nothing arrived within the poll interval; the batch holds the clock
  end,      ///< nothing will follow
};

/// Something that an operator wants to know at once: an interface went down, packets are dropped.
struct SourceNotice {
  std::string kind;    // "interface_down", "kernel_drops"
  std::string detail;  // a sentence
};

/// Where the packets of a run come from: files one after the other, or interfaces.
/// Thread: one at a time; which one may change between calls (the caller locks).
class Source {
 public:
  virtual ~Source() = default;

  /// Fills `batch` (its vectors are reused). Call it only when ready(): packet memory comes from a
  /// bounded pool. Where one batch of files ends and the next begins depends on their bytes alone.
  virtual ReadStatus read(PacketBatch& batch) noexcept = 0;

  /// A block of packet memory is free. The thread that reads may rely on a `true`: other threads
  /// only give blocks back.
  [[nodiscard]] virtual bool ready() const noexcept = 0;

  /// Makes the next read(), or one that waits for input right now, say `end`.
  /// Thread: any; also from a signal handler.
  virtual void stop() noexcept = 0;

  /// What could not be read so far (a damaged record, a missing file): where and what. Reading
  /// goes on with the next file.
  [[nodiscard]] virtual const Problems& problems() const noexcept = 0;

  /// What happened since the last call, in order. By the thread that reads.
  [[nodiscard]] virtual std::vector<SourceNotice> take_notices() { return {}; }

  /// File or interface that the packet came from, and its number there, from 1.
  struct Origin {
    std::string name;
    std::uint64_t number = 0;
  };
  /// Thread: any.
  [[nodiscard]] virtual Origin origin(std::uint64_t packet_number) const = 0;

  /// Bytes read of bytes to read, for progress; total 0 where it is not known.
  struct Progress {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_total = 0;
  };
  /// Thread: any.
  [[nodiscard]] virtual Progress progress() const noexcept = 0;

  /// capture.*: packets and bytes seen, drops by the kernel and the interface.
  virtual void report(Stats& stats) const = 0;
};

}  // namespace outspan::capture
