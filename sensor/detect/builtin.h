#pragma once

#include <string>
#include <vector>

#include "config/signature_file.h"
#include "core/result.h"

namespace outspan::detect {

struct SignatureFile {
  std::string name;  ///< "builtin/email.yaml"
  std::string text;
};

/// What was in signatures/ when the program was built, by name.
std::vector<SignatureFile> builtin_signature_files();

/// All signatures of the sources: "builtin", files, folders. One with the id of one from an earlier
/// source replaces it. The problems of all of them at once.
Result<std::vector<config::SignatureSpec>> load_signature_sources(
    const std::vector<std::string>& sources);

}  // namespace outspan::detect
