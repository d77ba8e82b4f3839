#pragma once

#include <cstdint>
#include <string>

#include "fingerprint/index/header.h"

namespace outspan::fingerprint {

/// For `info`.
std::string header_text(const Header& header, std::uint64_t file_bytes);

/// 2026-01-31T23:59:59Z
std::string built_at_text(std::int64_t seconds);

/// 12,345,678
std::string grouped(std::uint64_t number);

/// How much a hit in a column is worth by itself.
std::string worth(const Column& column);

constexpr double mib(std::uint64_t bytes) noexcept {
  return static_cast<double>(bytes) / (1 << 20);
}

}  // namespace outspan::fingerprint
