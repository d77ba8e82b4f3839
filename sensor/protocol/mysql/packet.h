#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/bytes.h"
#include "protocol/shared/message_reader.h"

namespace outspan::protocol::mysql {

inline constexpr std::size_t kHeaderBytes = 4;  ///< a length of three bytes, and a number
/// What has so many goes on in the next packet.
inline constexpr std::size_t kBodyBytesMax = 0xffffff;
inline constexpr std::size_t kBeginBytes = 1024;
inline constexpr std::size_t kWholeBytesMax = 16384;

namespace capability {
inline constexpr std::uint32_t kWithDatabase = 1 << 3;
inline constexpr std::uint32_t kCompress = 1 << 5;
inline constexpr std::uint32_t kProtocol41 = 1 << 9;
inline constexpr std::uint32_t kTls = 1 << 11;
inline constexpr std::uint32_t kSecureConnection = 1 << 15;
inline constexpr std::uint32_t kPluginAuth = 1 << 19;
inline constexpr std::uint32_t kAttributes = 1 << 20;
inline constexpr std::uint32_t kLongAuth = 1 << 21;
inline constexpr std::uint32_t kZstd = 1 << 26;
inline constexpr std::uint32_t kQueryAttributes = 1 << 27;
}  // namespace capability

inline constexpr std::uint8_t kGreeting = 10;  ///< the version of the protocol
enum class Command : std::uint8_t {
  init_db = 0x02,
  query = 0x03,
  change_user = 0x11,
  prepare = 0x16,
  execute = 0x17,
  send_long_data = 0x18,
};

MessageReader::Header read_header(Bytes beginning) noexcept;
constexpr std::uint8_t number_of(Bytes packet) noexcept { return packet[3]; }

/// An integer with its length (0xfb is NULL: nullopt). Fails the cursor where it is cut or none.
std::optional<std::uint64_t> take_integer(ByteCursor& in) noexcept;
/// A text with its length; NULL is empty.
Bytes take_counted(ByteCursor& in) noexcept;

/// The cells of a row of text, if they fill it exactly. `columns` 0: any number but none.
bool is_text_row(Bytes body, std::size_t columns) noexcept;
/// Whether it describes a column: its catalogue is always "def".
bool is_column(Bytes body) noexcept;

/// Whether `bytes` begin with the server's first packet.
bool is_greeting(Bytes bytes) noexcept;
/// Whether `bytes` begin with the client's answer to it.
bool is_hello(Bytes bytes) noexcept;
/// Where packets of rows, or of a statement, begin that no other bytes look like; the size of
/// `bytes` where there are none. Linear.
std::size_t find_rows(Bytes bytes) noexcept;
std::size_t find_statement(Bytes bytes) noexcept;

}  // namespace outspan::protocol::mysql
