#pragma once

#include <memory>

#include "protocol/http/exchange.h"
#include "protocol/parser.h"

namespace outspan::protocol::http2 {

/// HTTP/2 in clear (RFC 9113, 7541), from its preface, after an upgrade from HTTP/1.1, or joined in
/// the middle; the form that decrypting proxies and gRPC have. Each message of an inspected side is
/// an object as in HTTP/1: "POST /upload", "200 GET /export.csv". Frames that carry none of a
/// message (GOAWAY's text, extensions, padding that is none) are an object "http2 frames".
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

/// After "101 Switching Protocols": `request` is stream 1.
std::unique_ptr<StreamParser> make_upgraded(StreamHost& host,
                                            const http::Exchange& request) noexcept;

}  // namespace outspan::protocol::http2
