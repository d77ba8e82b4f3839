#pragma once

#include <string>
#include <string_view>

namespace outspan {

namespace detect {
class Masker;
}
namespace policy {
class StoredMasked;
}

/// Text that may leave the sensor. Only detect::Masker makes one out of wire text, so an event
/// that holds nothing but Masked cannot leak a customer's value, whatever format prints it.
class Masked {
 public:
  Masked() = default;
  /// A constant of the program ("request headers"); a literal in the source cannot be a customer's.
  template <std::size_t N>
  static Masked literal(const char (&text)[N]) {
    return Masked(std::string(text, N - 1));
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  auto operator<=>(const Masked&) const = default;

 private:
  friend class detect::Masker;
  friend class policy::StoredMasked;  // puts back what was Masked before a restart
  explicit Masked(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace outspan
