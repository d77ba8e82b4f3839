#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "alert/sink/http_protocol.h"

/// Any bytes as the answer of a receiver over HTTP: each event gets one fate.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  static const config::Config config;
  static const auto make = [](config::OutputType type) {
    config::Output output;
    output.type = type;
    output.url = "https://receiver.example";
    return alert::make_http_protocol(output, config);
  };
  static const auto splunk = make(config::OutputType::splunk);
  static const auto elastic = make(config::OutputType::elastic);
  const std::string answer(reinterpret_cast<const char*>(data), size);
  if (elastic->fates(answer, 3).of.size() != 3) std::abort();
  static_cast<void>(splunk->refuses(400, answer));
  return 0;
}
