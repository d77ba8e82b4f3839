#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "config/signature_file.h"
#include "core/result.h"
#include "detect/signature_set.h"

namespace outspan::detect {

struct SignatureReport {
  std::string id;
  std::size_t examples = 0;
  /// What an example should have given and did not, with its place.
  Problems failures;
  /// Of the whole scan of text without values, by this signature alone.
  double gigabytes_per_second = 0;
};

/// Runs the examples of all signatures: each as a text of its own and across the borders of windows
/// at every place. The countries of a signature count as configured while it is tested.
/// `measure`: also its speed, which takes some milliseconds each.
Result<std::vector<SignatureReport>> test_signatures(
    const std::vector<config::SignatureSpec>& specs, bool measure);

/// For `outspan signatures test`: one line a signature. False: an example failed.
bool print_signature_reports(const std::vector<SignatureReport>& reports, std::FILE* out);

/// For `outspan signatures list` and `show`.
void print_signature_list(const std::vector<config::SignatureSpec>& specs, std::FILE* out);
void print_signature(const config::SignatureSpec& spec, std::FILE* out);

}  // namespace outspan::detect
