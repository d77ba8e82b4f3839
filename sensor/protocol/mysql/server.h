#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mysql/packet.h"
#include "protocol/mysql/peer.h"
#include "protocol/mysql/values.h"
#include "protocol/parser.h"
#include "protocol/sql/long_row.h"

namespace outspan::protocol::mysql {

/// What the server answers; the cells of rows are in server_rows.cpp. What a packet is, its bytes
/// say: a column describes itself, a row's cells fill it exactly. So neither the capabilities nor
/// the client need to have been seen.
class Server final : public Peer {
 public:
  /// As Client.
  Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// As Client::data().
  bool data(Bytes bytes, Bytes& rest) noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 private:
  void plain(Bytes bytes) noexcept;
  void begin_blocks() noexcept;
  void one_packet(Bytes& bytes) noexcept override;
  void message(Bytes all) noexcept override;
  void begin_long(Bytes beginning) noexcept override;
  void go_on(Bytes bytes, std::uint64_t left) noexcept override;
  void hole(std::uint64_t missing_bytes) noexcept override;
  void logging_in(Bytes all) noexcept;
  void head(Bytes body) noexcept;
  void column(Bytes body) noexcept;
  void row(Bytes body) noexcept;
  void text_row(Bytes body) noexcept;
  void binary_row(Bytes body, const std::vector<Value>& values) noexcept;
  void end_names() noexcept;
  void end_of_rows(Bytes body) noexcept;
  void begin_rows(std::string_view schema, std::string_view table) noexcept;

  bool begun_ = false;
  bool logged_in_;
  bool may_compress_ = false;  // the next byte is that of a command's answer

  // Of the answer that comes:
  enum class State : std::uint8_t {
    head,     ///< its first packet comes
    columns,  ///< so many descriptions come
    rows,
  };
  State state_;
  std::uint8_t number_ = 0;         // of the last packet
  std::uint64_t columns_left_ = 0;  // to be described; 0: unknown, or all are
  bool rows_begun_ = false;
  bool names_open_ = false;          // the line of their names is not ended
  std::vector<std::uint8_t> types_;  // of the columns
  std::string table_;                // of the last column, as on the wire: "\3crm\6people\6people"
  // Of a long row:
  sql::LongRow long_row_;
  enum class Long : std::uint8_t { row, other } long_ = Long::other;
  bool continues_ = false;
};

}  // namespace outspan::protocol::mysql
