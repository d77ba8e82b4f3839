#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace outspan::protocol::mysql {

/// A value of the binary protocol: bytes as they stand there, or a number written out.
struct Value {
  Bytes bytes;         ///< of the wire, without the length before them
  std::string number;  ///< set: to be read instead
  bool null = false;
};

/// Takes a value of that type (enum_field_types). Fails the cursor where it does not fit.
Value take_value(ByteCursor& in, std::uint8_t type) noexcept;

/// The cells of a binary row, after its zero byte, if they fill it exactly; empty otherwise.
std::vector<Value> read_binary_row(Bytes body, const std::vector<std::uint8_t>& types) noexcept;

/// The values of COM_STMT_EXECUTE after its fixed part: empty where their types are not with them.
std::vector<Value> read_parameters(Bytes body, unsigned parameters, bool named) noexcept;

}  // namespace outspan::protocol::mysql
