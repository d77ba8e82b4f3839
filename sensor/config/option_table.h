#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "config/config.h"

namespace outspan::config {

/// One scalar option: the one place that holds its key, range and help. Reading, `config show` and
/// the starter file all walk these tables.
template <class Section>
struct Option {
  std::string_view key;
  std::variant<std::uint64_t Section::*, std::uint32_t Section::*, Duration Section::*> member;
  std::uint64_t min;  ///< whole number, or nanoseconds
  std::uint64_t max;
  std::string_view help;
};

std::span<const Option<Limits>> limit_options() noexcept;
std::span<const Option<Timeouts>> timeout_options() noexcept;
std::span<const Option<Capture>> capture_options() noexcept;
std::span<const Option<Alerts>> alert_options() noexcept;
std::span<const Option<Spool>> spool_options() noexcept;
std::span<const Option<Access>> access_options() noexcept;

}  // namespace outspan::config
