#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/http/exchange.h"
#include "protocol/http2/hpack.h"
#include "protocol/http2/message.h"
#include "protocol/parser.h"
#include "protocol/shared/bounded_table.h"

namespace outspan::protocol::http2 {

/// The streams of a connection: pairs answers with requests and gives messages to objects. Who
/// asks is who sends a method.
/// Bound: 512 open streams; the oldest is ended first.
class Streams {
 public:
  explicit Streams(ParserHost& host) noexcept : host_(host), streams_(kStreamsMax) {}

  /// Stream 1 of a connection that was upgraded from HTTP/1.1.
  void add_request(std::uint32_t stream, const http::Exchange& request) noexcept;

  /// A header block: a head, an interim head or trailers. False: the side has ended the stream, or
  /// is not inspected, and nobody took it.
  bool head(Side side, std::uint32_t stream, const std::vector<Field>& fields) noexcept;
  /// PUSH_PROMISE: a request that the server makes up.
  void promise(Side side, std::uint32_t promised, const std::vector<Field>& fields) noexcept;
  /// As head().
  bool body(Side side, std::uint32_t stream, Bytes bytes) noexcept;
  void gap(Side side, std::uint32_t stream, std::uint64_t missing_bytes) noexcept;
  /// END_STREAM.
  void end(Side side, std::uint32_t stream) noexcept;
  /// RST_STREAM, of either side.
  void reset(std::uint32_t stream) noexcept;

  [[nodiscard]] bool is_open(std::uint32_t stream) noexcept {
    return streams_.find(stream) != nullptr;
  }
  void pause() noexcept;
  void end_all() noexcept;
  /// Beside the object itself. Takes constant time.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_bytes_; }

 private:
  static constexpr std::size_t kStreamsMax = 512;
  struct Stream {
    std::optional<http::Exchange> request;
    std::array<std::unique_ptr<Message>, 2> messages;
    std::array<bool, 2> headed{};  // a final head was seen: the next one has trailers
    std::array<bool, 2> ended{};
    std::uint64_t charged_bytes = 0;  // of held_bytes_
  };

  Stream& stream(std::uint32_t id) noexcept;
  void begin(Stream& stream, Side side, std::string_view text, const http::Head& head) noexcept;
  Message* message(Side side, std::uint32_t id) noexcept;
  void charge(Stream& stream) noexcept;
  void remove(Stream& stream) noexcept;

  ParserHost& host_;
  BoundedTable<std::uint32_t, Stream> streams_;
  std::uint64_t held_bytes_ = 0;
};

}  // namespace outspan::protocol::http2
