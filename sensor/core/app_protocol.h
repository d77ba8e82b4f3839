#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace outspan {

/// The name of an application protocol ("http", "smtp", "tls"), interned: two bytes to keep, and
/// equal names are equal ids. Names are lower case, as in Suricata's app_proto.
/// Thread: any; interning takes a lock and happens once a name.
class AppProtocol {
 public:
  /// "unknown".
  constexpr AppProtocol() noexcept = default;
  /// At most 1,023 names; further ones become "unknown" (nDPI knows about 350).
  static AppProtocol named(std::string_view name) noexcept;

  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] std::uint16_t id() const noexcept { return id_; }
  static AppProtocol from_id(std::uint16_t id) noexcept;
  [[nodiscard]] bool known() const noexcept { return id_ != 0; }

  auto operator<=>(const AppProtocol&) const noexcept = default;

 private:
  std::uint16_t id_ = 0;
};

}  // namespace outspan
