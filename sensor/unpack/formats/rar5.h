#pragma once

#include <set>
#include <string>

#include "core/bytes.h"

namespace outspan::unpack {

/// What of a RAR 5 archive (rar technote) is behind a password. libarchive 3.6 overlooks it:
/// ciphertext would count as inspected.
struct Rar5Encryption {
  bool of_headers = false;  ///< of the names as well
  std::set<std::string> names;
};

/// Empty for every other file. A damaged header ends it.
Rar5Encryption rar5_encryption(Bytes file);

}  // namespace outspan::unpack
