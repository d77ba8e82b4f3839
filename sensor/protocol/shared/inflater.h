#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "config/config.h"
#include "core/bytes.h"

namespace outspan::protocol {

/// What went into a decompressor and what came out, against Limits::expansion_ratio and
/// expanded_mib.
class ExpansionCount {
 public:
  explicit ExpansionCount(const config::Limits& limits) noexcept;
  void went_in(std::uint64_t bytes) noexcept { in_ += bytes; }
  /// False: too many.
  bool came_out(std::uint64_t bytes) noexcept;

 private:
  std::uint64_t ratio_max_;
  std::uint64_t out_max_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

/// Inflates a stream in pieces, or the messages of a stream that share a window (RFC 7692, 7.2.2;
/// RFC 4978).
/// Bound: 44 KiB; Limits::expansion_ratio and expanded_mib on what comes out.
class Inflater {
 public:
  enum class Format : std::uint8_t {
    raw,   ///< RFC 1951
    zlib,  ///< RFC 1950
  };
  enum class Outcome : std::uint8_t {
    ok,
    damaged,  ///< these bytes and what follows cannot be read
    limit,    ///< more comes out than may
  };
  /// Gets what comes out, in pieces; borrowed until it returns.
  using Output = std::function<void(Bytes)>;

  Inflater(Format format, const config::Limits& limits) noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Outcome feed(Bytes compressed, const Output& output) noexcept;
  /// A message is over whose sender left out the empty stored block at its end (RFC 7692, 7.2.1).
  Outcome finish_message(const Output& output) noexcept;
  /// Forgets the window: bytes were lost, or something was damaged.
  void reset() noexcept;
  /// The stream said that it is over (zlib), and so many bytes of the last input were not its own.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] std::size_t unused_bytes() const noexcept { return unused_bytes_; }

 private:
  struct Stream;
  Outcome inflate_all(Bytes compressed, const Output& output) noexcept;
  void next_stream() noexcept;

  std::unique_ptr<Stream> stream_;
  const Format format_;
  ExpansionCount count_;
  bool ended_ = false;
  std::size_t unused_bytes_ = 0;
};

}  // namespace outspan::protocol
