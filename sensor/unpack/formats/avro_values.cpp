#include "unpack/formats/avro_values.h"

#include <avro.h>

#include <bit>
#include <cstdio>
#include <string>
#include <utility>

namespace outspan::unpack {
namespace {

constexpr int kValuesDeep = 64;

/// Ends the values of a block, of which the rest cannot be read as they should be.
struct Damaged {};

class Values {
 public:
  Values(Bytes values, Output& output) noexcept : in_(values), output_(output) {}

  /// All are of one schema. Those that have no bytes say nothing, however many there are.
  void records(avro_schema_t schema, std::int64_t count) {
    for (; count > 0; --count) {
      const std::size_t left = in_.left();
      value(schema, 0);
      output_.text("\n");
      if (in_.left() == left) break;
    }
    if (in_.left() > 0) throw Damaged{};
  }
  /// From where the damage is.
  [[nodiscard]] Bytes unread() const noexcept { return in_.rest(); }

 private:
  void value(avro_schema_t schema, int depth) {
    if (depth > kValuesDeep) throw Damaged{};
    switch (avro_typeof(schema)) {
      case AVRO_STRING:
      case AVRO_BYTES: return bytes(number());
      case AVRO_FIXED: return bytes(avro_schema_fixed_size(schema));
      case AVRO_INT32:
      case AVRO_INT64: return output_.text(std::to_string(number()));
      case AVRO_FLOAT: return real(std::bit_cast<float>(ByteCursor(take(4)).u32_le()));
      case AVRO_DOUBLE: return real(std::bit_cast<double>(ByteCursor(take(8)).u64_le()));
      case AVRO_BOOLEAN: take(1); return;
      case AVRO_ENUM:
        return output_.text(avro_schema_enum_get(
            schema, below(static_cast<std::size_t>(avro_schema_enum_number_of_symbols(schema)))));
      case AVRO_RECORD: return fields(schema, depth);
      case AVRO_ARRAY: return items(avro_schema_array_items(schema), false, depth);
      case AVRO_MAP: return items(avro_schema_map_values(schema), true, depth);
      case AVRO_UNION:
        return value(avro_schema_union_branch(schema, below(avro_schema_union_size(schema))),
                     depth + 1);
      case AVRO_LINK: return value(avro_schema_link_target(schema), depth + 1);
      default: return;  // null
    }
  }

  void fields(avro_schema_t record, int depth) {
    const auto size = static_cast<int>(avro_schema_record_size(record));
    for (int i = 0; i < size; ++i) {
      if (i > 0) output_.text("\t");
      value(avro_schema_record_field_get_by_index(record, i), depth + 1);
    }
  }

  /// Of an array or, `named`, of a map. They come in blocks, up to an empty one.
  void items(avro_schema_t of, bool named, int depth) {
    bool first = true;
    for (std::int64_t count = block_count(); count > 0; count = block_count())
      for (; count > 0; --count) {
        if (!std::exchange(first, false)) output_.text(" ");
        const std::size_t left = in_.left();
        if (named) {
          bytes(number());
          output_.text(" ");
        }
        value(of, depth + 1);
        if (in_.left() == left) break;
      }
  }

  std::int64_t block_count() {
    const std::int64_t count = number();
    if (count >= 0) return count;
    if (count == INT64_MIN) throw Damaged{};
    number();  // of its bytes
    return -count;
  }

  void bytes(std::int64_t size) {
    output_.data(take(static_cast<std::size_t>(size)));  // a negative one is too large
  }

  void real(double value) {
    char text[40];  // 17 digits, as many as tell doubles apart
    const int size = std::snprintf(text, sizeof(text), "%.17g", value);
    output_.text({text, static_cast<std::size_t>(size)});
  }

  std::int64_t number() {
    ByteCursor behind = in_;
    const std::int64_t value = avro_long(behind);
    advance(behind);
    return value;
  }

  int below(std::size_t size) {
    const std::int64_t index = number();
    if (index < 0 || static_cast<std::uint64_t>(index) >= size) throw Damaged{};
    return static_cast<int>(index);
  }

  Bytes take(std::size_t size) {
    ByteCursor behind = in_;
    const Bytes taken = behind.take(size);
    advance(behind);
    return taken;
  }

  /// `in_` stands before what cannot be read.
  void advance(const ByteCursor& behind) {
    if (!behind.ok()) throw Damaged{};
    in_ = behind;
  }

  ByteCursor in_;
  Output& output_;
};

}  // namespace

std::int64_t avro_long(ByteCursor& in) noexcept {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = in.u8();
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
  }
  in.skip(SIZE_MAX);
  return 0;
}

bool write_avro_values(avro_obj_t* schema, std::int64_t count, Bytes values, Output& output) {
  Values reader(values, output);
  try {
    reader.records(schema, count);
    return true;
  } catch (const Damaged&) {
    output.data(reader.unread());
    output.text("\n");
    return false;
  }
}

}  // namespace outspan::unpack
