#pragma once

#include <cstdint>
#include <string_view>

#include "content/text.h"
#include "fingerprint/index/index_set.h"

namespace outspan::fingerprint {

/// Addresses of a mail's own sender and receivers, which are no find: unless they are many
/// customers', for then the list of receivers is what leaves.
/// Thread: the pipeline's.
class Recipients {
 public:
  /// A mail to more customers than these shows them to each other, and to whoever runs the servers.
  static constexpr std::size_t kCustomersMax = 10;

  /// Whether an address that was found (canonical) is excused.
  bool excused(const IndexSet& indexes, const content::Object& object, std::string_view address);
  /// The indexes changed.
  void forget() noexcept { object_ = nullptr; }

 private:
  static bool too_many_customers(const IndexSet& indexes, const content::Object& object,
                                 std::uint32_t envelope);

  /// The last answer, and for what.
  const content::Object* object_ = nullptr;
  std::uint64_t packet_ = 0;  // where it began: addresses of objects come again
  std::size_t addresses_ = 0;
  std::uint32_t envelope_ = 0;
  bool too_many_ = false;
};

}  // namespace outspan::fingerprint
