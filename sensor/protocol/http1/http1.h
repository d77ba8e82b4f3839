#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::http1 {

/// HTTP/1.x (RFC 9110, 9112) both ways. Each message of an inspected side is an object: "POST
/// /upload", "200 GET /export.csv". CONNECT hands the flow back to the dispatcher, an upgrade to
/// WebSocket is parsed (RFC 6455, 7692), what is no HTTP is an object "http data".
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::http1
