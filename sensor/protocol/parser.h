#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "config/config.h"
#include "core/bytes.h"
#include "core/flow_context.h"
#include "flow/stream_sink.h"
#include "protocol/object.h"

namespace outspan::protocol {

class Expectations;

/// A parser's answer to the opening bytes of a flow.
enum class Claim : std::uint8_t { mine, not_mine, need_more };

/// What was seen of a TCP flow before anybody claimed it.
struct Opening {
  const FlowContext& flow;
  std::array<Bytes, 2> bytes;       ///< by Side, contiguous from the first byte seen
  std::array<bool, 2> after_gap{};  ///< bytes were lost before: the start is no message's start
};

/// What a parser may ask of the flow that it parses; outlives the parser.
class ParserHost {
 public:
  virtual ~ParserHost() = default;
  virtual FlowContext& flow() noexcept = 0;
  virtual ObjectSink& objects() noexcept = 0;
  /// The pipeline's table of announced connections (FTP's data connections).
  virtual Expectations& expectations() noexcept = 0;
  /// What bounds the parser's buffers; the built-in defaults where the host has no configuration.
  [[nodiscard]] virtual const config::Limits& limits() const noexcept {
    static const config::Limits kDefaults;
    return kDefaults;
  }
  /// Everything not yet consumed and everything that follows is a new stream, to be recognised
  /// again: CONNECT, STARTTLS, AUTH TLS. `rest`: bytes of each side that the parser was given and
  /// leaves to the next one. The parser is destroyed after its current call returns.
  virtual void restart(std::array<Bytes, 2> rest) noexcept = 0;
  /// The same, but the rest is scanned as an unknown stream without asking the parsers again.
  virtual void fall_back(std::array<Bytes, 2> rest) noexcept = 0;
};

/// One application protocol on one TCP flow. It sets the account's application, moves or redirects
/// its bytes in the ledger where they are not inspected, and begins objects for inspected sides
/// only. Non-inspected sides are parsed as far as the inspected one needs it.
/// Thread: the pipeline's. Borrows: bytes until the call returns. Buffers are bounded by
/// Limits::header_kib.
class StreamParser {
 public:
  virtual ~StreamParser() = default;
  virtual void on_data(Side side, Bytes bytes) noexcept = 0;
  /// Resynchronise at the next message.
  virtual void on_gap(Side side, std::uint64_t missing_bytes) noexcept = 0;
  virtual void on_pause() noexcept = 0;
  virtual void on_close(flow::CloseReason reason) noexcept = 0;
  /// As StreamSink::held_bytes().
  [[nodiscard]] virtual std::uint64_t held_bytes() const noexcept = 0;
};

/// A parser as the dispatcher knows it. A table of these, in the order in which they are asked, is
/// all that a new protocol has to be added to.
struct ParserEntry {
  std::string_view name;
  Claim (*recognise)(const Opening& opening) noexcept;
  std::unique_ptr<StreamParser> (*make)(ParserHost& host) noexcept;
};

}  // namespace outspan::protocol
