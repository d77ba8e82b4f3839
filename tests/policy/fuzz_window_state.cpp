// Any bytes as the stored state of a host's window: refused, or a window that can be described and
// stored again.
#include <cstdint>
#include <cstdlib>

#include "tests/policy/records_scene.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::policy;
  static const IndexLabelsPtr labels = crm_labels();
  HostWindow window(64, 64);
  if (!decode_window({data, size}, kNames, labels, 64, window)) return 0;
  const Incident told = window.in_state(IncidentState::opened, kNames, 10, false);
  for (const Records& records : told.records)
    if (records.rows.size() > 10) std::abort();
  const auto bytes = encode_window(window, kNames);
  HostWindow again(64, 64);
  if (!decode_window(bytes, kNames, labels, 64, again)) std::abort();
  if (again.distinct() != window.distinct()) std::abort();
  window.expire_before(window.slice);
  return 0;
}
