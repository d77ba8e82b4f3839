#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "protocol/parser.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/shared/row_writer.h"
#include "protocol/sql/login.h"

namespace outspan::protocol::sql {

/// What the messages of one side are.
struct Messages {
  const char* session;  ///< names the object of what is said: "mysql session"
  const char* loose;    ///< names that of what belongs to no message: "mysql packets"
  MessageReader::ReadHeader read_header;
  /// Where the first message begins that no other bytes look like; the size of `bytes` where there
  /// is none. Linear.
  std::size_t (*find)(Bytes bytes) noexcept;
  std::size_t begin_bytes, whole_bytes_max;  ///< of MessageReader
};

/// One side of a connection: takes its bytes apart into messages, and has the objects that what
/// they hold goes to. What is no message is searched as it is.
class Peer {
 public:
  virtual ~Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  virtual void gap(std::uint64_t missing_bytes) noexcept = 0;
  void pause() noexcept;
  virtual void close() noexcept;
  /// Beside the object itself.
  [[nodiscard]] virtual std::uint64_t held_bytes() const noexcept;

 protected:
  /// `host` and `login` outlive it. `in_step`: its first byte begins a message.
  Peer(StreamHost& host, const Login& login, const Messages& messages, Side side,
       bool in_step) noexcept;

  virtual void message(Bytes all) noexcept = 0;
  virtual void begin_long(Bytes beginning) noexcept = 0;
  /// More of it; with `left` 0 its end.
  virtual void go_on(Bytes bytes, std::uint64_t left) noexcept = 0;

  /// Where messages begin is known.
  [[nodiscard]] bool in_step() const noexcept { return in_step_; }
  void step_in() noexcept { in_step_ = true; }
  /// Takes off what stands before a message. True: one begins, or goes on, with `bytes`.
  bool find(Bytes& bytes) noexcept;
  /// Takes the next piece of a message from the front of `bytes`, and what stands before it.
  void read(Bytes& bytes) noexcept;
  [[nodiscard]] MessageReader& reader() noexcept { return reader_; }
  /// Of a gap. False: it is within a long message, which goes on.
  bool lose(std::uint64_t missing_bytes) noexcept;

  /// From now on the messages have no bytes of the wire: they are claimed by who took a coding off.
  void decoded_from_elsewhere() noexcept;
  [[nodiscard]] std::uint64_t wire(std::uint64_t bytes) const noexcept {
    return decoded_ ? 0 : bytes;
  }

  [[nodiscard]] StreamHost& host() noexcept { return host_; }
  [[nodiscard]] Side side() const noexcept { return side_; }
  [[nodiscard]] bool inspected() const noexcept { return host_.flow().inspected(side_); }
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, wire(bytes)); }
  void credentials(std::uint64_t bytes) noexcept;
  /// Of what is said, a line to be read.
  void text(Bytes body) noexcept;
  /// Zero bytes between texts are line ends: they are no part of them.
  static std::string lines_of(Bytes body);
  [[nodiscard]] CommandChannel& channel() noexcept { return channel_; }
  [[nodiscard]] RowWriter& rows() noexcept { return rows_; }
  /// What belongs to no message, or to one whose form is not known.
  void other(Bytes bytes) noexcept { other_.decoded(bytes, wire(bytes.size())); }
  /// The next other() does not go on what came before.
  void end_other() noexcept { other_.boundary(); }
  /// A file, or the rows of a COPY; begun with its first bytes.
  void file(Bytes bytes, const std::string& name, const std::string& file_name = {}) noexcept;
  void end_file() noexcept;

 private:
  StreamHost& host_;
  const Login& login_;
  const Messages& messages_;
  const Side side_;
  MessageReader reader_;
  bool in_step_;
  bool decoded_ = false;
  CommandChannel channel_;
  RowWriter rows_;
  std::unique_ptr<ObjectWriter> file_;
  LooseObject other_;
};

}  // namespace outspan::protocol::sql
