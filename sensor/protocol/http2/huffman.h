#pragma once

#include <string>

#include "core/bytes.h"

namespace outspan::protocol::http2 {

/// Appends what HPACK's Huffman code (RFC 7541, 5.2) stands for. False: `coded` is none: a code
/// that does not exist, the end of the string within it, or padding of a byte and more.
bool decode_huffman(Bytes coded, std::string& out) noexcept;

}  // namespace outspan::protocol::http2
