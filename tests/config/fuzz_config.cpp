// Any text is a configuration or a list of problems, and what was accepted is written and read back
// to the same text.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = outspan::config::parse_config("fuzz.yaml", text);
  if (!config) return config.problems().empty() ? (std::abort(), 0) : 0;
  const std::string written = outspan::config::to_yaml(*config);
  const auto again = outspan::config::parse_config("again.yaml", written);
  if (!again || outspan::config::to_yaml(*again) != written) std::abort();
  return 0;
}
