#pragma once

#include <string>

#include "config/config.h"

namespace outspan::config {

/// A rule as YAML, as an item of `rules`.
std::string rule_text(const Rule& rule);
/// What a rule counts, and of what: all its options but what it is called, how bad it is and from
/// how many on it is an incident. Equal for rules that count the same.
std::string what_it_counts(const Rule& rule);
/// The options of rules with their meaning, as comments of a starter file.
std::string rule_help();

}  // namespace outspan::config
