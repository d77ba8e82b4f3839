#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/masked.h"

namespace outspan::alert {

/// Writes one compact JSON value (RFC 8259): commas and escapes are its business, that keys and
/// values alternate is the caller's. Text comes out as valid UTF-8. (rapidjson's writer adds to
/// null pointers, which UndefinedBehaviorSanitizer stops.)
class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void begin_object(std::string_view key) {
    name(key);
    open('{');
  }
  void end_object() { close('}'); }
  void begin_array(std::string_view key) {
    name(key);
    open('[');
  }
  void end_array() { close(']'); }

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(const Masked& masked) { value(std::string_view(masked.text())); }
  template <std::integral T>
  requires(!std::same_as<T, bool>) void value(T number) { literal(std::to_string(number)); }
  void value(std::same_as<bool> auto truth) { literal(truth ? "true" : "false"); }

  template <class T>
  void field(std::string_view key, const T& its_value) {
    name(key);
    value(its_value);
  }
  /// A number as it is written.
  void number(std::string_view key, const std::string& literal_text) {
    name(key);
    literal(literal_text);
  }
  /// Nothing for an empty text or 0.
  template <class T>
  void optional(std::string_view key, const T& its_value) {
    if constexpr (std::integral<T>) {
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

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  void open(char bracket) {
    separate();
    text_ += bracket;
    needs_comma_ = false;
  }
  void close(char bracket) {
    text_ += bracket;
    needs_comma_ = true;
  }
  void name(std::string_view key) {
    value(key);
    text_ += ':';
    needs_comma_ = false;
  }
  void literal(std::string_view text) {
    separate();
    text_ += text;
    needs_comma_ = true;
  }
  void separate() {
    if (needs_comma_) text_ += ',';
  }

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace outspan::alert
