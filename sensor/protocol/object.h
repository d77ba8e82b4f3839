#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/flow_context.h"

namespace outspan::protocol {

/// Who acts: sends, or has sent to him what he asked for; as far as the protocol says it. Wire
/// text, not masked: for events only through detect::Masker.
struct Actor {
  std::string user;        ///< HTTP Basic, SMTP AUTH, FTP USER, a bind DN
  std::string email_from;  ///< MAIL FROM
  std::string hostname;    ///< HELO / EHLO, the workstation of a logon
  std::string program{};   ///< as the client names it: application_name, "psql"
  std::string address{};   ///< of the client before a proxy, where the flow's own is the proxy's
};

/// Where it goes to. Wire text, not masked.
struct Destination {
  std::string hostname;  ///< Host, server name
  std::vector<std::string> email_to;
  std::string url;
};

/// An address that a message, or a conversation about several, is itself from or to.
struct Participant {
  std::string address;
  /// Of a conversation: the mail whose envelope it is in, from 1. 0: the message's own head.
  std::uint32_t envelope = 0;
  /// Position in the envelope; kSender: whom the mail is from.
  std::uint32_t recipient = kSender;
  static constexpr std::uint32_t kSender = 0xffffffff;
};

/// What a message carries, known when it begins: one HTTP message, one mail, one FTP transfer, one
/// direction of a stream that nobody understands.
struct ObjectInfo {
  /// First element of the path: "POST /upload", "mail", "STOR customers.csv", "tcp stream".
  std::string name;
  Actor actor;
  Destination destination;
  /// Further addresses of the message's own head (From, Reply-To), or of a session's envelopes:
  /// like sender and receivers they are no finds. At most kParticipantsMax.
  std::vector<Participant> participants;
  /// Where a server keeps it: a database, a share, a mailbox. Wire text, not masked.
  std::string source{};
  /// Of HTTP, as on the wire; cut. Other protocols have Actor::program.
  std::string user_agent{};
};
inline constexpr std::size_t kParticipantsMax = 1000;
/// A mail is to so many people at most; further receivers are what it carries.
inline constexpr std::size_t kReceiversMax = 50;

/// What the bytes of a part are, which decides how text is taken out of them.
enum class PartKind : std::uint8_t {
  raw,              ///< nobody said: looked at by content
  http_head,        ///< request or status line and header fields, as on the wire
  url,              ///< path and query of a request: percent-encoded, `+` is a blank in the query
  body,             ///< described by media_type and codings
  mail_message,     ///< RFC 5322 header and MIME body
  command_channel,  ///< lines of a text protocol
  copy,             ///< made of what other parts hold: none of the object's bytes
};

struct PartInfo {
  PartKind kind = PartKind::raw;
  /// Adds an element to the path; empty adds none.
  std::string name;
  /// Content-Type as on the wire, parameters included; empty: unknown.
  std::string content_type;
  /// Content-Encoding and compressing Transfer-Encoding, in the order they were applied: lower
  /// case.
  std::vector<std::string> codings;
  std::string file_name;
  std::uint64_t declared_bytes = 0;  ///< 0: not known
};

enum class ObjectEnd : std::uint8_t {
  complete,
  cut_short,  ///< the flow ended, or the rest was lost
};

/// Takes the parts of one object as they come on the wire. Transfer framing (chunks, dot stuffing,
/// WebSocket frames) is already off; codings are not.
///
/// Calls:   (begin_part (data | gap | pause)* end_part)*, then one end. Destroying it without end
/// is
///          end(cut_short).
/// Thread:  the pipeline's.
/// Borrows: until the call returns.
///
/// Ledger:  the writer claims the pending bytes of its side that it is given; whoever takes framing
/// or a coding off says how many bytes that was.
class ObjectWriter {
 public:
  /// `flow` outlives the writer.
  ObjectWriter(FlowContext& flow, Side side) noexcept : flow_(flow), side_(side) {}
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  virtual ~ObjectWriter() = default;

  virtual void begin_part(PartInfo part) noexcept = 0;
  /// As they came on the wire, each byte once.
  void data(Bytes bytes) noexcept { decoded(bytes, bytes.size()); }
  /// What was made of `wire_bytes` bytes of the wire: a header block, a compressed message, a line
  /// without its end.
  void decoded(Bytes bytes, std::uint64_t wire_bytes) noexcept {
    flow_.account.searched(side_, wire_bytes);
    write(bytes);
  }
  /// Bytes of the wire that stood around the data and were read as structure.
  void framing(std::uint64_t wire_bytes) noexcept { flow_.account.framing(side_, wire_bytes); }
  virtual void gap(std::uint64_t missing_bytes) noexcept = 0;
  /// The next data is a message of its own (a datagram, a WebSocket message): no value spans this.
  virtual void boundary() noexcept = 0;
  /// Nothing more for a while: scan what is pending, except a value that may go on.
  virtual void pause() noexcept = 0;
  virtual void end_part() noexcept = 0;
  virtual void end(ObjectEnd how) noexcept = 0;

  /// As StreamSink::held_bytes().
  [[nodiscard]] virtual std::uint64_t held_bytes() const noexcept { return 0; }

  /// More is known about who and where (a Host header after the query, a later RCPT).
  virtual ObjectInfo& info() noexcept = 0;

 protected:
  /// What data() and decoded() were given, in order.
  virtual void write(Bytes bytes) noexcept = 0;

 private:
  FlowContext& flow_;
  const Side side_;
};

inline std::uint64_t held_by(const std::unique_ptr<ObjectWriter>& writer) noexcept {
  return writer ? writer->held_bytes() : 0;
}

/// Where protocol/ hands objects to content/. One per pipeline.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;
  /// Only for inspected sides. `flow` outlives the writer. Never nullptr.
  virtual std::unique_ptr<ObjectWriter> begin(FlowContext& flow, Side side,
                                              ObjectInfo info) noexcept = 0;
};

}  // namespace outspan::protocol
