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
/// Control frames are an object of their own, in which pings go on from one to the next.
/// Bound: per side a frame header and the inflater (44 KiB once used); Limits::expansion_ratio and
/// expanded_mib on output.
std::unique_ptr<StreamParser> make(StreamHost& host, WebSocketInfo info) noexcept;

}  // namespace outspan::protocol::websocket
