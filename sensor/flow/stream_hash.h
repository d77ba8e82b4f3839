#pragma once

#include <openssl/evp.h>

#include <string>

#include "core/bytes.h"
#include "core/handle.h"

namespace outspan::flow {

/// SHA-256 of a stream as it comes.
class StreamHash {
 public:
  void update(Bytes bytes) noexcept;
  /// Lower-case hex; empty if nothing was ever put in. Ends the hash.
  std::string finish();

 private:
  CHandle<EVP_MD_CTX, EVP_MD_CTX_free> context_;
};

}  // namespace outspan::flow
