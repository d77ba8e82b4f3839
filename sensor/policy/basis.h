#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "policy/incident.h"
#include "policy/index_labels.h"
#include "policy/masking.h"

namespace outspan::policy {

/// What incidents are judged by, at one time. Immutable: shared by all pipelines, swapped whole.
struct Basis {
  std::vector<config::Rule> rules;
  SignatureNames names;
  IndexLabelsPtr labels;
  Generation generation;
};
using BasisPtr = std::shared_ptr<const Basis>;

/// Of what a rule counts (config::what_it_counts). A rule with another identity does not go on with
/// what this one has counted.
std::uint64_t identity(const config::Rule& rule);

/// What the numbers of one basis are in another one; nullopt: it is not there.
struct Renumbering {
  Renumbering(const Basis& before, const Basis& after);
  std::vector<std::optional<std::uint32_t>> rules;
  std::vector<std::optional<std::uint16_t>> signatures;
};

}  // namespace outspan::policy
