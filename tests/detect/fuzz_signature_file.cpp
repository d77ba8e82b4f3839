// Any bytes as a signature file: problems or signatures, and those compile or are refused.
#include <cstdint>
#include <string>

#include "config/signature_file.h"
#include "detect/signature_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  const auto specs =
      config::read_signatures("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  // Compiling big expressions takes long, which is the operator's own affair.
  if (!specs || size > 600) return 0;
  const auto set = detect::SignatureSet::compile(specs.value(), {});
  if (!set && set.problems().empty()) __builtin_trap();
  return 0;
}
