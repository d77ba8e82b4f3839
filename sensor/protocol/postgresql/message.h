#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/bytes.h"
#include "protocol/shared/message_reader.h"

namespace outspan::protocol::postgresql {

inline constexpr std::size_t kHeaderBytes = 5;  ///< a letter, and a length that counts itself
inline constexpr std::size_t kBeginBytes = 1024;
inline constexpr std::size_t kWholeBytesMax = 16384;

/// What a client sends first has no letter: a length and one of these (55.2.1).
enum class Startup : std::uint32_t {
  version3 = 3 << 16,
  cancel = 80877102,
  ssl = 80877103,
  gss = 80877104,
};
inline constexpr std::size_t kStartupHeaderBytes = 8;
inline constexpr std::uint32_t kStartupBytesMax = 10000;
constexpr bool is_version3(std::uint32_t code) noexcept { return code >> 16 == 3; }

MessageReader::Header read_client_header(Bytes beginning) noexcept;
MessageReader::Header read_server_header(Bytes beginning) noexcept;

/// Whether `bytes` begin with a message that no other bytes look like, all of it: rows whose cells
/// fill it exactly, statements of printable text.
bool proves_client(Bytes bytes) noexcept;
bool proves_server(Bytes bytes) noexcept;
/// Where the first such message begins; the size of `bytes` where there is none. Linear.
std::size_t find_client_message(Bytes bytes) noexcept;
std::size_t find_server_message(Bytes bytes) noexcept;

/// A value of a row or of Bind.
struct Cell {
  Bytes bytes;
  bool null = false;
};
inline constexpr std::size_t kCellHeaderBytes = 4;
inline constexpr std::uint32_t kNullCell = 0xffffffff;
/// nullopt: there is none that fits, and `in` is as it was.
std::optional<Cell> take_cell(ByteCursor& in) noexcept;

}  // namespace outspan::protocol::postgresql
