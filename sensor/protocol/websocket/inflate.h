#pragma once

#include <cstdint>
#include <memory>

#include "config/config.h"
#include "core/bytes.h"
#include "protocol/object.h"

namespace outspan::protocol::websocket {

/// Inflates the messages of one side (RFC 7692, 7.2.2), keeping the context from one to the next.
class Inflater {
 public:
  explicit Inflater(const config::Limits& limits) noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class Outcome : std::uint8_t {
    ok,
    damaged,  ///< these bytes and the rest of the message cannot be read
    limit,    ///< more comes out than may
  };
  Outcome feed(Bytes compressed, ObjectWriter& out) noexcept;
  /// The message is over.
  Outcome finish(ObjectWriter& out) noexcept;
  /// Forgets the context: bytes were lost, or the message was damaged.
  void reset() noexcept;

 private:
  struct Stream;
  Outcome inflate_all(Bytes compressed, ObjectWriter& out) noexcept;
  [[nodiscard]] bool within_limits() const noexcept;
  void next_stream() noexcept;

  std::unique_ptr<Stream> stream_;
  const std::uint64_t ratio_max_;
  const std::uint64_t expanded_max_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

}  // namespace outspan::protocol::websocket
