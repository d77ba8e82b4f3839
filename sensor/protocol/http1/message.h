#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/held_memory.h"
#include "protocol/http/exchange.h"
#include "protocol/http/head.h"
#include "protocol/http/start_line.h"
#include "protocol/http1/chunked.h"
#include "protocol/object.h"
#include "protocol/parser.h"

namespace outspan::protocol::http1 {

using http::Exchange;
using http::Head;
using http::StartMatch;

/// How the body after a head ends, and what the flow does then.
enum class Body : std::uint8_t {
  none,
  length,
  chunked,
  until_close,
  leave,  ///< the flow is no HTTP after this head
};

/// What Parser, which sees both sides, lets the reader of one side about a message.
struct Plan {
  Body body = Body::none;
  std::uint64_t length = 0;
  ObjectInfo info;
  std::string file_name;
  bool waits = false;  ///< the side then waits for what the other one says (Upgrade, CONNECT)
  bool maybe_no_body = false;  ///< an answer to a request nobody saw: perhaps to a HEAD
};

class Reader;

/// The reader's way to what it cannot know alone.
class Owner {
 public:
  virtual ~Owner() = default;
  virtual Plan on_head(Reader& reader, const Head& head) noexcept = 0;
  /// The stream of a side is not what it was held to be; what requests and answers belong together
  /// is uncertain.
  virtual void on_lost(Side side) noexcept = 0;
};

/// One side of an HTTP connection: finds messages, takes off their framing, gives them to objects.
///
/// Bound: a head that is not complete, Limits::header_kib. Longer heads are streamed. A message
/// head in one segment is not copied.
class Reader {
 public:
  Reader(StreamHost& host, Owner& owner, Side side) noexcept;

  void be_response() noexcept { is_response_ = true; }
  /// What is left of `bytes` once the side waits or left; empty otherwise.
  Bytes data(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close(ObjectEnd how) noexcept;

  [[nodiscard]] Side side() const noexcept { return side_; }
  [[nodiscard]] bool waits() const noexcept { return state_ == State::waits; }
  [[nodiscard]] bool left() const noexcept { return state_ == State::left; }
  /// Between two messages, with nothing of the next one: as a reader just made.
  [[nodiscard]] bool is_idle() const noexcept {
    return state_ == State::head && pending_.empty() && !start_seen_ && !writer_ && !extensions_;
  }
  /// No waiting any more: messages follow.
  void resume() noexcept { state_ = State::head; }
  /// Ends the open message and gives what was read and not used.
  std::string take_pending() noexcept;
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return heap_bytes(pending_) + held_by(writer_) + held_by(extensions_);
  }

 private:
  enum class State : std::uint8_t {
    head,
    long_head,
    length,
    chunked,
    until_close,
    lost,
    waits,
    left
  };

  Bytes take_head(Bytes bytes) noexcept;
  Bytes take_long_head(Bytes bytes) noexcept;
  Bytes take_length(Bytes bytes) noexcept;
  Bytes take_chunked(Bytes bytes) noexcept;
  Bytes take_lost(Bytes bytes) noexcept;
  bool settle_doubt(Bytes& bytes) noexcept;

  [[nodiscard]] StartMatch match_start(std::string_view text) const noexcept;
  Bytes refuse_head(Bytes bytes, std::size_t pending_bytes) noexcept;
  void begin_message(std::string_view text, bool whole) noexcept;
  void give_head(std::string_view text, const Head& head) noexcept;
  void head_over() noexcept;
  void body_data(Bytes bytes) noexcept;
  void begin_part(PartKind kind, const char* name) noexcept;
  void end_part() noexcept;
  void extension(Bytes bytes) noexcept;
  void finish(ObjectEnd how) noexcept;
  void lose() noexcept;
  void garbage(Bytes bytes) noexcept;
  void anomaly(const char* kind, const char* detail) noexcept;

  StreamHost& host_;
  Owner& owner_;
  const Side side_;
  const bool inspected_;
  bool is_response_ = false;
  State state_ = State::head;
  Body body_ = Body::none;
  bool waits_after_ = false;
  bool start_seen_ = false;  // head: the start line is one
  bool in_part_ = false;
  bool in_body_ = false;
  bool in_doubt_ = false;        // length: perhaps there is no body and the next head follows
  bool line_start_ = true;       // lost: the next byte begins a line
  bool first_refused_ = false;   // lost: the next byte begins no message
  std::uint8_t blank_line_ = 0;  // long_head: how much of an empty line was seen
  std::uint64_t left_ = 0;       // length: of the body
  std::size_t searched_ = 0;     // of pending_
  std::string pending_;          // head: the head so far; lost: what may become a start line
  ChunkedReader chunks_;
  std::unique_ptr<ObjectWriter> writer_;
  std::unique_ptr<ObjectWriter> extensions_;
  PartInfo part_;  // of the body, until it begins
};

}  // namespace outspan::protocol::http1
