#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::note {

/// Template of a protocol on a stream. NOTE/1 is made up: a message is a line
/// "NOTE/1 <user> <bytes>" and as many bytes. Each message of an inspected side is an object
/// "NOTE"; lines that are no head are an object "note lines".
/// Bound: one line of kLineMaxBytes a side.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::note
