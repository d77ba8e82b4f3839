#include "protocol/mysql/values.h"

#include <algorithm>

#include "protocol/mysql/packet.h"

namespace outspan::protocol::mysql {
namespace {

enum Type : std::uint8_t {
  kTiny = 1,
  kShort = 2,
  kLong = 3,
  kFloat = 4,
  kDouble = 5,
  kNullType = 6,
  kTimestamp = 7,
  kLongLong = 8,
  kInt24 = 9,
  kDate = 10,
  kTime = 11,
  kDateTime = 12,
  kYear = 13,
};

std::size_t number_bytes(std::uint8_t type) noexcept {
  switch (type) {
    case kTiny: return 1;
    case kShort:
    case kYear: return 2;
    case kLong:
    case kInt24:
    case kFloat: return 4;
    case kLongLong:
    case kDouble: return 8;
    default: return 0;
  }
}

std::string decimal(Bytes bytes) {
  std::uint64_t value = (bytes.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return std::to_string(static_cast<std::int64_t>(value));
}

bool is_null(Bytes bits, std::size_t number) noexcept {
  return (bits[number / 8] >> (number % 8) & 1) != 0;
}

}  // namespace

Value take_value(ByteCursor& in, std::uint8_t type) noexcept {
  Value value;
  const std::size_t size = number_bytes(type);
  if (size > 0) {
    value.bytes = in.take(size);
    if (in.ok() && type != kFloat && type != kDouble) value.number = decimal(value.bytes);
  } else if (type == kDate || type == kDateTime || type == kTimestamp || type == kTime) {
    value.bytes = in.take(in.u8());
  } else if (type == kNullType) {
    value.null = true;
  } else {
    value.bytes = take_counted(in);
  }
  return value;
}

std::vector<Value> read_binary_row(Bytes body, const std::vector<std::uint8_t>& types) noexcept {
  constexpr std::size_t kReservedBits = 2;
  ByteCursor in(body);
  const Bytes nulls = in.take((types.size() + kReservedBits + 7) / 8);
  std::vector<Value> values;
  if (!in.ok()) return values;
  values.reserve(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    values.emplace_back();
    if (is_null(nulls, i + kReservedBits))
      values.back().null = true;
    else
      values.back() = take_value(in, types[i]);
  }
  if (!in.ok() || in.left() > 0) values.clear();
  return values;
}

std::vector<Value> read_parameters(Bytes body, unsigned parameters, bool named) noexcept {
  ByteCursor in(body);
  std::vector<Value> values;
  if (named) {
    const auto count = take_integer(in);
    if (!in.ok() || !count || *count > body.size()) return values;
    parameters = static_cast<unsigned>(*count);
  }
  const Bytes nulls = in.take((std::size_t{parameters} + 7) / 8);
  const std::uint8_t typed = in.u8();
  if (!in.ok() || typed != 1 || parameters > in.left()) return values;
  std::vector<std::uint8_t> types;
  for (unsigned i = 0; i < parameters; ++i) {
    types.push_back(in.u8());
    in.u8();  // the sign
    if (named) take_counted(in);
  }
  for (unsigned i = 0; i < parameters && in.ok(); ++i) {
    values.emplace_back();
    if (is_null(nulls, i))
      values.back().null = true;
    else
      values.back() = take_value(in, types[i]);
  }
  if (!in.ok() || in.left() > 0) values.clear();
  return values;
}

}  // namespace outspan::protocol::mysql
