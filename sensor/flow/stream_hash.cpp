#include "flow/stream_hash.h"

#include <array>

#include "text/hex.h"

namespace outspan::flow {

void StreamHash::update(Bytes bytes) noexcept {
  if (!context_) {
    context_.reset(EVP_MD_CTX_new());
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string StreamHash::finish() {
  if (!context_) return {};
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned digest_bytes = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &digest_bytes);
  context_.reset();
  return text::to_hex(Bytes(digest).first(digest_bytes));
}

}  // namespace outspan::flow
