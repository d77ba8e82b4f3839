#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "alert/utf8.h"
#include "core/masked.h"

namespace outspan::alert {

/// rapidjson's writer with what our formats need: keys and values in one call, and optional fields
/// that are left out.
class JsonWriter {
 public:
  JsonWriter() : writer_(buffer_) {}

  void begin_object() { writer_.StartObject(); }
  void begin_object(std::string_view key) {
    name(key);
    writer_.StartObject();
  }
  void end_object() { writer_.EndObject(); }
  void begin_array(std::string_view key) {
    name(key);
    writer_.StartArray();
  }
  void end_array() { writer_.EndArray(); }

  void value(std::string_view text) {
    const std::string valid = valid_utf8(text);
    writer_.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
  }
  void value(const Masked& masked) { value(std::string_view(masked.text())); }
  void value(const char* text) { value(std::string_view(text)); }
  template <class T>
  requires std::is_integral_v<T>
  void value(T number) {
    if constexpr (std::is_same_v<T, bool>)
      writer_.Bool(number);
    else
      writer_.Uint64(number);
  }

  template <class T>
  void field(std::string_view key, const T& its_value) {
    name(key);
    value(its_value);
  }
  /// Nothing for an empty text or 0.
  template <class T>
  void optional(std::string_view key, const T& its_value) {
    if constexpr (std::is_integral_v<T>) {
      if (its_value == 0) return;
    } else {
      if (its_value.empty()) return;
    }
    field(key, its_value);
  }
  template <class T>
  void optional_array(std::string_view key, const std::vector<T>& values) {
    if (values.empty()) return;
    begin_array(key);
    for (const T& each : values) value(each);
    end_array();
  }

  [[nodiscard]] std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  void name(std::string_view key) {
    writer_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace outspan::alert
