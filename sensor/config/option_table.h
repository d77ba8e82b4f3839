#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"

namespace outspan::config {

/// One option: the one place that holds its key, range and help. Reading, `config show`, the
/// starter file and the identity of a rule all walk these tables.
template <class Section>
struct Option {
  std::string_view key;
  std::variant<std::uint64_t Section::*, std::uint32_t Section::*, Duration Section::*,
               bool Section::*, std::vector<std::string> Section::*,
               std::vector<Direction> Section::*, PrefixSet Section::*, Within Section::*,
               Per Section::*>
      member;
  std::uint64_t min;  ///< whole number, or nanoseconds
  std::uint64_t max;
  std::string_view help;
  /// From how many on it is an incident: no part of what a rule counts.
  bool threshold = false;
};

constexpr std::uint64_t in_ns(Duration duration) noexcept {
  return static_cast<std::uint64_t>(duration.count());
}

std::span<const Option<Limits>> limit_options() noexcept;
std::span<const Option<Timeouts>> timeout_options() noexcept;
std::span<const Option<Capture>> capture_options() noexcept;
std::span<const Option<Alerts>> alert_options() noexcept;
std::span<const Option<Spool>> spool_options() noexcept;
std::span<const Option<Evidence>> evidence_options() noexcept;
std::span<const Option<Access>> access_options() noexcept;

/// Of what a rule is about. The first one says which of the kinds it is.
std::span<const Option<Rule::Values>> options_of(const Rule::Values& values) noexcept;
std::span<const Option<Rule::Records>> options_of(const Rule::Records& records) noexcept;
std::span<const Option<Rule::BlindSpots>> options_of(const Rule::BlindSpots& spots) noexcept;
/// Where any rule looks.
std::span<const Option<Rule::When>> where_options() noexcept;
/// Over what a rule that counts something counts it, and how, within a host.
std::span<const Option<Rule::When>> scope_options() noexcept;
std::span<const Option<Rule::When>> window_options() noexcept;
std::span<const Option<Rule::Except>> except_options() noexcept;

}  // namespace outspan::config
