#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace outspan::evidence {

/// Asks for the passphrase of a key; called if the key has one. Empty: none is given.
using AskPassphrase = std::function<std::string()>;

/// What is in an encrypted file, once its authentication tag is verified: nothing of a file that
/// was changed comes out. For the holder of the key; the sensor never calls it.
Result<std::vector<std::uint8_t>> open_sealed(const std::string& path, const std::string& key_file,
                                              const AskPassphrase& ask);

/// SHA-256 of a file, in hexadecimal digits, to be compared with the alert's.
Result<std::string> file_sha256(const std::string& path);

}  // namespace outspan::evidence
