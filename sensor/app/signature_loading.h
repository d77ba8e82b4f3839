#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "detect/signature_set.h"

namespace outspan::app {

using SignatureSetPtr = std::shared_ptr<const detect::SignatureSet>;

/// Reads and compiles the signatures that the configuration names (a later one with the same id
/// replaces an earlier one), and checks that each rule's signatures exist.
Result<SignatureSetPtr> load_signatures(const config::Config& config);

}  // namespace outspan::app
