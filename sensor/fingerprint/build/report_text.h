#pragma once

#include <string>

#include "fingerprint/build/builder.h"
#include "fingerprint/index/header.h"

namespace outspan::fingerprint {

/// What a person wants to know after a build: by column how many cells were used, what was rejected
/// and in which rows, how much a hit is worth.
std::string report_text(const BuildReport& report, const std::string& index_path);

/// For `info`.
std::string header_text(const Header& header, std::uint64_t file_bytes);

/// 2026-01-31T23:59:59Z
std::string built_at_text(std::int64_t seconds);

}  // namespace outspan::fingerprint
