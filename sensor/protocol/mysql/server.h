#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mysql/compressed_blocks.h"
#include "protocol/mysql/packet.h"
#include "protocol/mysql/session.h"
#include "protocol/mysql/values.h"
#include "protocol/parser.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/shared/row_writer.h"

namespace outspan::protocol::mysql {

/// What the server answers; the cells of rows are in server_rows.cpp. What a packet is, its bytes
/// say: a column describes itself, a row's cells fill it exactly. So neither the capabilities nor
/// the client need to have been seen.
class Server {
 public:
  /// As Client.
  Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// As Client::data().
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  void plain(Bytes bytes) noexcept;
  void take_compression_off() noexcept;
  void one_packet(Bytes& bytes) noexcept;
  void packet(Bytes all) noexcept;
  void begin_long(Bytes beginning) noexcept;
  void go_on(Bytes bytes, std::uint64_t left) noexcept;
  void logging_in(Bytes all) noexcept;
  void head(Bytes body) noexcept;
  void column(Bytes body) noexcept;
  void row(Bytes body) noexcept;
  void text_row(Bytes body) noexcept;
  void binary_row(Bytes body, const std::vector<Value>& values) noexcept;
  void end_names() noexcept;
  void end_of_rows(Bytes body) noexcept;
  void begin_rows(std::string_view schema, std::string_view table) noexcept;
  void long_row(Bytes bytes) noexcept;
  void lose(std::uint64_t missing_bytes) noexcept;

  [[nodiscard]] std::uint64_t wire(std::uint64_t bytes) const noexcept {
    return blocks_ ? 0 : bytes;
  }
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, wire(bytes)); }
  void text(Bytes body) noexcept;
  void other(Bytes bytes) noexcept { other_.decoded(bytes, wire(bytes.size())); }

  StreamHost& host_;
  Session& session_;
  const Side side_;
  MessageReader reader_;
  bool in_step_;
  bool begun_ = false;
  bool logged_in_;
  bool may_compress_ = false;  // the next byte is that of a command's answer
  std::string peeked_;
  std::string joined_;
  std::optional<CompressedBlocks> blocks_;

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
  std::string size_bytes_;
  std::uint64_t cell_left_ = 0;
  enum class Long : std::uint8_t { row, other } long_ = Long::other;
  bool continues_ = false;

  CommandChannel channel_;
  RowWriter rows_;
  LooseObject other_;
};

}  // namespace outspan::protocol::mysql
