#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/bytes.h"

namespace outspan::protocol::tftp {

/// RFC 1350, section 5; RFC 2347.
enum class Opcode : std::uint16_t { read = 1, write = 2, data = 3, ack = 4, error = 5, oack = 6 };
inline constexpr std::size_t kOpcodeBytes = 2;
/// Of DATA and ACK, with the number of the block.
inline constexpr std::size_t kBlockHeaderBytes = 4;

/// What a request or its acknowledgement says about blocks.
struct Options {
  std::uint32_t block_bytes = 0;  ///< RFC 2348; 0: not said
  /// The number after 65535 is 1, and not 0.
  bool rolls_over_to_one = false;
};

/// RRQ or WRQ. Views into the datagram.
struct Request {
  bool write = false;
  std::string_view file_name;
  Options options;
};
/// nullopt: the datagram is none, or has more in it than one.
std::optional<Request> read_request(Bytes datagram) noexcept;
/// The options of an acknowledgement (OACK). nullopt: it is none.
std::optional<Options> read_oack(Bytes datagram) noexcept;
/// Fails (nullopt) where nothing of the protocol begins.
std::optional<Opcode> read_opcode(Bytes datagram) noexcept;

}  // namespace outspan::protocol::tftp
