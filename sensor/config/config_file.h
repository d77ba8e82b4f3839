#pragma once

#include <string>

#include "config/config.h"
#include "core/result.h"

namespace outspan::config {

/// What runs without a configuration file: RFC 1918 and ULA home networks, the built-in
/// signatures and rules.
Config default_config();

/// The built-in rules for what is configured: those of signatures unless there are others, and
/// those of fingerprints for the indexes that no rule names. May be called again when indexes were
/// added.
void apply_builtin_rules(Config& config);

/// Reads a YAML configuration. All problems are reported in one go, each with file:line:column.
/// Paths in it are relative to the file.
Result<Config> load_config(const std::string& path);
Result<Config> parse_config(const std::string& name, const std::string& text);

/// What a file with problems says in spite of them, so that the rest of it can be checked, too.
struct ConfigDraft {
  Config config;
  Problems problems;
};
ConfigDraft draft_config(const std::string& path);

/// The effective configuration as YAML, every key named (`outspan config show`).
std::string to_yaml(const Config& config);

/// A starter file with every key, its default and a line on what it means (`outspan config init`).
std::string starter_file();

}  // namespace outspan::config
