#pragma once

#include <string>

#include "fingerprint/build/builder.h"

namespace outspan::fingerprint {

/// What a person wants to know after a build: by column how many cells were used, what was rejected
/// and in which rows, how much a hit is worth.
std::string report_text(const BuildReport& report, const std::string& index_path);

}  // namespace outspan::fingerprint
