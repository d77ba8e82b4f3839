#include "unpack/avro.h"

#include <avro.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "core/handle.h"

namespace outspan::unpack {
namespace {

using File = CHandle<FILE, std::fclose>;
using Reader = CHandle<avro_file_reader_t_, avro_file_reader_close>;
using Schema = CHandle<avro_obj_t, avro_schema_decref>;

void release(avro_value_iface_t* of) noexcept { avro_value_iface_decref(of); }
using Class = CHandle<avro_value_iface_t, release>;

constexpr int kValuesDeep = 64;

/// A value of some class, which the library fills again and again.
class Value {
 public:
  explicit Value(avro_value_iface_t* of) : good_(avro_generic_value_new(of, &value_) == 0) {}
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value() {
    if (good_) avro_value_decref(&value_);
  }
  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] avro_value_t* get() noexcept { return &value_; }

 private:
  avro_value_t value_{};
  bool good_;
};

/// The text of values, in the order of their fields.
class Text {
 public:
  explicit Text(Output& output) : output_(output) {}

  void value(const avro_value_t* from, int depth = 0) {
    if (depth > kValuesDeep) throw Stop{Outcome::unsupported};
    switch (avro_value_get_type(from)) {
      case AVRO_STRING: return string(from);
      case AVRO_BYTES:
      case AVRO_FIXED: return bytes(from);
      case AVRO_INT32:
      case AVRO_INT64:
      case AVRO_FLOAT:
      case AVRO_DOUBLE: return number(from);
      case AVRO_ENUM: return symbol(from);
      case AVRO_RECORD: return many(from, "\t", depth);
      case AVRO_ARRAY:
      case AVRO_MAP: return many(from, " ", depth);
      case AVRO_UNION: {
        avro_value_t branch{};
        if (avro_value_get_current_branch(from, &branch) == 0) value(&branch, depth + 1);
        return;
      }
      default: return;  // null, boolean
    }
  }

 private:
  void string(const avro_value_t* from) {
    const char* text = nullptr;
    std::size_t size = 0;  // with the zero at its end
    if (avro_value_get_string(from, &text, &size) == 0 && text != nullptr && size > 0)
      output_.text({text, size - 1});
  }

  void bytes(const avro_value_t* from) {
    const void* begin = nullptr;
    std::size_t size = 0;
    const int failed = avro_value_get_type(from) == AVRO_FIXED
                           ? avro_value_get_fixed(from, &begin, &size)
                           : avro_value_get_bytes(from, &begin, &size);
    if (failed == 0 && begin != nullptr)
      output_.data(Bytes(static_cast<const std::uint8_t*>(begin), size));
  }

  void number(const avro_value_t* from) {
    std::int32_t small = 0;
    std::int64_t large = 0;
    float single = 0;
    double real = 0;
    switch (avro_value_get_type(from)) {
      case AVRO_INT32: avro_value_get_int(from, &small); return output_.text(std::to_string(small));
      case AVRO_INT64:
        avro_value_get_long(from, &large);
        return output_.text(std::to_string(large));
      case AVRO_FLOAT:
        avro_value_get_float(from, &single);
        real = single;
        break;
      default: avro_value_get_double(from, &real); break;
    }
    char text[40];  // 17 digits, as many as tell doubles apart
    const int size = std::snprintf(text, sizeof(text), "%.17g", real);
    output_.text({text, static_cast<std::size_t>(size)});
  }

  void symbol(const avro_value_t* from) {
    int index = 0;
    if (avro_value_get_enum(from, &index) != 0) return;
    // The library reads any number and gives anything for one that has no name.
    const avro_schema_t schema = avro_value_get_schema(from);
    if (index < 0 || index >= avro_schema_enum_number_of_symbols(schema))
      throw Stop{Outcome::damaged};
    output_.text(avro_schema_enum_get(schema, index));
  }

  void many(const avro_value_t* from, std::string_view between, int depth) {
    std::size_t size = 0;
    avro_value_get_size(from, &size);
    for (std::size_t i = 0; i < size; ++i) {
      avro_value_t element{};
      const char* name = nullptr;
      if (avro_value_get_by_index(from, i, &element, &name) != 0) return;
      if (i > 0) output_.text(between);
      if (avro_value_get_type(from) == AVRO_MAP && name != nullptr) {
        output_.text(name);
        output_.text(" ");
      }
      value(&element, depth + 1);
    }
  }

  Output& output_;
};

}  // namespace

Outcome unpack_avro(Bytes file, Output& output) {
  // Read only, whatever its type says.
  const File stream(fmemopen(const_cast<std::uint8_t*>(file.data()), file.size(), "rb"));
  if (stream == nullptr) return Outcome::damaged;
  avro_file_reader_t opened = nullptr;
  if (avro_file_reader_fp(stream.get(), "file", 0, &opened) != 0) {
    const std::string_view words = avro_strerror();
    return words.find("codec") != std::string_view::npos ? Outcome::unsupported : Outcome::damaged;
  }
  const Reader reader(opened);
  const Schema schema(avro_file_reader_get_writer_schema(opened));
  const Class of(avro_generic_class_from_schema(schema.get()));
  if (of == nullptr) return Outcome::unsupported;
  Value record(of.get());
  if (!record.good()) return Outcome::memory;
  output.begin("records");
  Text text(output);
  int result = 0;
  while ((result = avro_file_reader_read_value(opened, record.get())) == 0) {
    text.value(record.get());
    output.text("\n");
    avro_value_reset(record.get());
  }
  output.end();
  return result == EOF ? Outcome::opened : Outcome::damaged;
}

}  // namespace outspan::unpack
