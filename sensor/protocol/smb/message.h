#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/ledger.h"
#include "protocol/shared/message_reader.h"

namespace outspan::protocol::smb {

/// Length before each message on TCP (MS-SMB2, 2.1; RFC 1002, 4.3.1).
inline constexpr std::size_t kTransportBytes = 4;
inline constexpr std::size_t kHeaderBytes = 64;      ///< MS-SMB2, 2.2.1
inline constexpr std::size_t kSmb1HeaderBytes = 32;  ///< MS-CIFS, 2.2.3.1
inline constexpr std::size_t kTransformBytes = 52;   ///< MS-SMB2, 2.2.41

enum class Command : std::uint16_t {
  session_setup = 1,
  tree_connect = 3,
  create = 5,
  close = 6,
  read = 8,
  write = 9,
  query_directory = 14,
  set_info = 17,
  last = 18,
};

/// What a message begins with: the first byte of its protocol id; "SMB" follows.
enum class Form : std::uint8_t {
  compressed = 0xfc,
  encrypted = 0xfd,
  smb2 = 0xfe,
  smb1 = 0xff,
  none = 0,
};
Form form_of(Bytes beginning) noexcept;

/// The two halves of a FileId.
struct FileId {
  std::uint64_t persistent = 0;
  std::uint64_t temporary = 0;
  auto operator<=>(const FileId&) const noexcept = default;
};
/// In a chain: the file of the request before (MS-SMB2, 3.3.5.2.7.2).
inline constexpr FileId kRelatedFile{~0ULL, ~0ULL};

/// Bytes within a message that begins with its header.
struct Place {
  std::uint64_t at = 0;
  std::uint64_t bytes = 0;
};

struct Head {
  std::uint32_t status = 0;  ///< of a response
  Command command = Command::last;
  bool response = false;
  std::uint64_t message = 0;
  std::uint32_t tree = 0;
  std::uint64_t session = 0;
  std::size_t bytes = kHeaderBytes;
  Place signature{48, 16};  ///< within the header
};
/// nullopt: no header begins here, or not all of it.
std::optional<Head> read_head(Bytes message) noexcept;

inline constexpr std::uint32_t kSuccess = 0, kPending = 0x103, kBufferOverflow = 0x80000005;

/// What precedes messages on TCP: kTransportBytes of it, or a whole packet of NetBIOS. Invalid
/// where no message follows.
MessageReader::Header read_transport(Bytes beginning) noexcept;
/// Of a message of which `left` bytes remain, the next command of its chain.
MessageReader::Header read_chained(Bytes beginning, std::uint64_t left) noexcept;

/// Where the first message begins; the size of `bytes` where there is none. Linear.
std::size_t find_message(Bytes bytes) noexcept;

/// A part of the file that a request to write, or the response to a read, carries.
struct Block {
  FileId file;               ///< of a request
  std::uint64_t offset = 0;  ///< of a request
  Place data;
  std::size_t fixed_bytes = 0;  ///< of the header and what follows it in every such message
};
inline constexpr std::uint64_t kAppend = ~0ULL;  ///< as an offset: the end of the file
std::optional<Block> read_write_request(Bytes message) noexcept;
std::optional<Block> read_read_response(Bytes message) noexcept;
/// Of a request to read: which file, and from where.
std::optional<Block> read_read_request(Bytes message) noexcept;
std::optional<FileId> read_close_request(Bytes message) noexcept;
std::optional<FileId> read_create_response(Bytes message) noexcept;

/// The UTF-16 name in a request: a path of CREATE, a share of TREE_CONNECT, the new name of a
/// rename. nullopt: there is none, or not all of it. Never empty.
std::optional<Place> find_name(Command command, Bytes message) noexcept;
/// The token of a SESSION_SETUP request.
std::optional<Place> find_token(Bytes message) noexcept;

}  // namespace outspan::protocol::smb
