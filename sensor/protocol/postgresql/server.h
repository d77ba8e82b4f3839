#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/parser.h"
#include "protocol/postgresql/message.h"
#include "protocol/postgresql/session.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/shared/row_writer.h"

namespace outspan::protocol::postgresql {

/// What the server answers: rows of results and of COPY.
class Server {
 public:
  /// As Client.
  Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// As Client::data().
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void close() noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  void message(Bytes all) noexcept;
  void begin_long(Bytes beginning) noexcept;
  void go_on(Bytes bytes, std::uint64_t left) noexcept;
  void long_row(Bytes bytes, std::uint64_t left) noexcept;
  void begin_rows() noexcept;
  void end_rows() noexcept;
  void columns(Bytes body) noexcept;
  void row(Bytes body) noexcept;
  void cell(Bytes bytes, std::size_t column) noexcept;
  void copy(Bytes rows) noexcept;
  void end_copy() noexcept;
  void text(Bytes body) noexcept;
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, bytes); }

  StreamHost& host_;
  Session& session_;
  const Side side_;
  MessageReader reader_;
  bool begun_ = false;
  bool in_step_;
  bool fresh_ = true;  // the next row is the first of its result
  char long_letter_ = '\0';
  std::vector<std::uint32_t> types_;  // of the columns, as far as they are known
  // Of a long row:
  std::string size_bytes_;  // of the next cell, as far as they are there
  std::uint64_t cell_left_ = 0;
  CommandChannel channel_;
  RowWriter rows_;
  std::unique_ptr<ObjectWriter> copy_;
  LooseObject other_;
};

}  // namespace outspan::protocol::postgresql
