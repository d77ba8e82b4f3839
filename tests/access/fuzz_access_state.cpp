// Any bytes as the stored state of a puller: refused, or a puller that goes on and can be stored
// again.
#include <cstdint>
#include <cstdlib>

#include "access/watch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::access;
  Watch watch{WatchOptions()};
  watch.restore("meta", {data, size});
  // The key has to be the puller's own.
  for (const char* key : {"puller\nuser\nagent-3", "puller\naddress\n10.20.0.1"})
    watch.restore(key, {data, size});
  std::vector<Customer> customers(50);
  for (Customer& customer : customers)
    customer.id = static_cast<std::uint64_t>(&customer - customers.data());
  Pull pull;
  pull.time = timestamp_from_ns(1'770'000'000'000'000'000);
  pull.puller.user = "agent-3";
  pull.source = "crm-db";
  pull.customers = customers;
  std::vector<Finding> findings;
  watch.add(pull, findings);
  for (const Puller* puller : watch.pullers())
    if (puller->window.day() > puller->window.week() && !puller->window.estimated()) std::abort();
  std::size_t stored = 0;
  watch.take_changes([&stored](std::string_view, Bytes) { ++stored; }, [](std::string_view) {});
  if (stored == 0) std::abort();
  return 0;
}
