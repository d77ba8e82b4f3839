#pragma once

#include <memory>
#include <string>

#include "protocol/parser.h"

namespace outspan::protocol::ftp {

/// What a control connection knows of a transfer. Shared with the data connection, because either
/// may be seen first.
struct FileTransfer {
  std::string verb;  ///< STOR, RETR, LIST ...; empty: not known yet
  std::string file_name;
  std::string user;
  std::string client_name;
  std::string server_name;
};

/// FTP's control connection (RFC 959, 2428, 4217): announces the data connections (Expectations).
/// Its lines are objects "ftp session"; passwords are neither kept nor
/// scanned.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

/// A data connection that was announced: one object "STOR customers.csv" for each side that sends.
std::unique_ptr<StreamParser> make_data(StreamHost& host,
                                        std::shared_ptr<FileTransfer> transfer) noexcept;

}  // namespace outspan::protocol::ftp
