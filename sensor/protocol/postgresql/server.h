#pragma once

#include <vector>

#include "protocol/parser.h"
#include "protocol/postgresql/message.h"
#include "protocol/postgresql/session.h"
#include "protocol/sql/long_row.h"
#include "protocol/sql/peer.h"

namespace outspan::protocol::postgresql {

/// What the server answers: rows of results and of COPY.
class Server final : public sql::Peer {
 public:
  /// As Client.
  Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// As Client::data().
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept override;
  void close() noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 private:
  void message(Bytes all) noexcept override;
  void begin_long(Bytes beginning) noexcept override;
  void go_on(Bytes bytes, std::uint64_t left) noexcept override;
  void begin_rows() noexcept;
  void end_rows() noexcept;
  void columns(Bytes body) noexcept;
  void row(Bytes body) noexcept;
  void cell(Bytes bytes, std::size_t column) noexcept;
  void copy(Bytes bytes) noexcept;

  Session& session_;
  bool begun_ = false;
  bool fresh_ = true;  // the next row is the first of its result
  char long_letter_ = '\0';
  std::vector<std::uint32_t> types_;  // of the columns, as far as they are known
  sql::LongRow long_row_;
};

}  // namespace outspan::protocol::postgresql
