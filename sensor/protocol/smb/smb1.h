#pragma once

#include <optional>

#include "core/bytes.h"
#include "protocol/smb/message.h"

/// What messages of SMB 1 say that are about files (MS-CIFS, 2.2; MS-SMB, 2.2): the first command
/// of a chain, names in UTF-16.
namespace outspan::protocol::smb {

/// nullopt: no header of SMB 1 begins here, or not all of it.
std::optional<Head> read_smb1_head(Bytes message) noexcept;

std::optional<Block> read_smb1_write_request(Bytes message) noexcept;
std::optional<Block> read_smb1_read_response(Bytes message) noexcept;
std::optional<Block> read_smb1_read_request(Bytes message) noexcept;
std::optional<FileId> read_smb1_close_request(Bytes message) noexcept;
std::optional<FileId> read_smb1_create_response(Bytes message) noexcept;
/// Not checked against the size of the message.
Place find_smb1_name(Command command, Bytes message) noexcept;
Place find_smb1_token(Bytes message) noexcept;

}  // namespace outspan::protocol::smb
