#pragma once

#include <memory>

#include "protocol/object.h"
#include "protocol/parser.h"

namespace outspan::protocol::websocket {

struct WebSocketInfo {
  Side client = Side::client;  ///< who asked for the upgrade
  ObjectInfo object;
};

/// WebSocket frames both ways (RFC 6455) with permessage-deflate (RFC 7692): each inspected side is
/// one object of one raw part, each message stands for itself. Part of HttpParser, which makes it.
/// What was negotiated need not be known: a frame says itself whether it is compressed, and a
/// context that is kept serves senders that do not use it.
/// Bound: per side a frame header, the inflater (44 KiB once used), control frames inside a
/// fragmented message (Limits::header_kib); Limits::expansion_ratio and expanded_mib on output.
std::unique_ptr<StreamParser> make(StreamHost& host, WebSocketInfo info) noexcept;

}  // namespace outspan::protocol::websocket
