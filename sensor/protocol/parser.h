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
#include "protocol/shared_state.h"

namespace outspan::protocol {

/// A parser's answer to the opening bytes of a flow.
enum class Claim : std::uint8_t { mine, not_mine, need_more };

/// What was seen of a flow before anybody claimed it.
struct Opening {
  const FlowContext& flow;
  /// By Side. TCP: contiguous from the first byte seen. Anything else: one message, on its side.
  std::array<Bytes, 2> bytes;
  std::array<bool, 2> after_gap{};  ///< bytes were lost before: the start is no message's start
};

/// What a parser may ask of the flow that it parses; outlives the parser.
class ParserHost {
 public:
  virtual ~ParserHost() = default;
  virtual FlowContext& flow() noexcept = 0;
  virtual ObjectSink& objects() noexcept = 0;
  /// What the parsers of one pipeline share beyond a flow.
  virtual SharedState& shared() noexcept = 0;
  /// What bounds the parser's buffers; the built-in defaults where the host has no configuration.
  [[nodiscard]] virtual const config::Limits& limits() const noexcept {
    static const config::Limits kDefaults;
    return kDefaults;
  }
};

/// The same for a parser of a TCP flow, which may give it away.
class StreamHost : public ParserHost {
 public:
  /// Everything not yet consumed and everything that follows is a new stream, to be recognised
  /// again: CONNECT, STARTTLS, AUTH TLS. `rest`: bytes of each side that the parser was given and
  /// leaves to the next one. The parser is destroyed after its current call returns.
  virtual void restart(std::array<Bytes, 2> rest) noexcept = 0;
  /// The same, but the rest is scanned as an unknown stream without asking the parsers again.
  virtual void fall_back(std::array<Bytes, 2> rest) noexcept = 0;
  /// Before restart() or fall_back(): what the layer that is taken off says of who and where. It is
  /// added to the objects of all that follows, where the layers inside do not know better.
  virtual void carries(const Actor& actor, const Destination& destination) noexcept = 0;
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
};

/// One application protocol on a flow of messages: UDP, ICMP, SCTP, anything but TCP. Several may
/// share a flow (STUN, DTLS and media on one port), so each message is judged by itself.
class DatagramParser {
 public:
  virtual ~DatagramParser() = default;
  /// False: none of this protocol's messages. The others are asked, and in the end it is scanned
  /// as it is.
  virtual bool on_datagram(Side side, Bytes bytes) noexcept = 0;
  virtual void on_pause() noexcept {}
  virtual void on_close(flow::CloseReason) noexcept {}
};

/// A protocol as the dispatcher knows it: how it is recognised and who parses it, on TCP, on
/// anything else, or on both. A table of these, in the order in which they are asked, is all that
/// a new protocol has to be added to.
struct ProtocolEntry {
  struct Streams {
    Claim (*recognise)(const Opening& opening) noexcept = nullptr;  ///< nullptr: not on TCP
    std::unique_ptr<StreamParser> (*make)(StreamHost& host) noexcept = nullptr;
  };
  struct Datagrams {
    /// `datagram` is never empty. The first of a flow, or one that nobody has taken so far.
    bool (*recognise)(const FlowContext& flow, Side side, Bytes datagram) noexcept = nullptr;
    std::unique_ptr<DatagramParser> (*make)(ParserHost& host) noexcept = nullptr;
  };
  std::string_view name;
  Streams streams{};
  Datagrams datagrams{};
};

}  // namespace outspan::protocol
