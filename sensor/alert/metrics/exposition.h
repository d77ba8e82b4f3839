#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace outspan::alert {

/// Text for Prometheus, format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
class Exposition {
 public:
  enum class Type { counter, gauge, histogram, untyped };
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a family; its samples follow.
  void family(std::string_view name, Type type, std::string_view help);
  void sample(Labels labels, std::uint64_t value) { line("", labels, std::to_string(value)); }
  /// `suffix`: of a histogram, "_bucket", "_sum", "_count".
  void sample(std::string_view suffix, Labels labels, double value);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  void line(std::string_view suffix, Labels labels, std::string_view value);

  std::string_view name_;
  std::string text_;
};

}  // namespace outspan::alert
