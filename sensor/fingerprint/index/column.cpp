#include "fingerprint/index/column.h"

#include <array>

namespace outspan::fingerprint {
namespace {
constexpr std::array<std::string_view, kColumnTypes> kNames{"email", "phone", "ticket", "name",
                                                            "text"};
}

std::string_view to_string(ColumnType type) noexcept {
  return kNames[static_cast<std::size_t>(type)];
}

std::optional<ColumnType> column_type(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<ColumnType>(i);
  return std::nullopt;
}

}  // namespace outspan::fingerprint
