#pragma once

#include <memory>

#include "protocol/parser.h"
#include "protocol/shared/expectations.h"

namespace outspan::protocol::ftp {

/// FTP's control connection (RFC 959, 2428, 4217): announces the data connections to
/// ParserHost::expectations. Its lines are objects "ftp session"; passwords are neither kept nor
/// scanned.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(ParserHost& host) noexcept;

/// A data connection that was announced: one object "STOR customers.csv" for each side that sends.
std::unique_ptr<StreamParser> make_data(ParserHost& host,
                                        std::shared_ptr<FileTransfer> transfer) noexcept;

}  // namespace outspan::protocol::ftp
