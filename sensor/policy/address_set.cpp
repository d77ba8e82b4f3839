#include "policy/address_set.h"

#include "core/hash.h"
#include "policy/glob.h"

namespace outspan::policy {
namespace {

constexpr std::uint64_t kAddressesMax = 16'384;

}  // namespace

void AddressSet::insert(std::string_view value) {
  if (full_ || value.find('@') == std::string_view::npos) return;
  if (hashes_.size() >= kAddressesMax)
    give_up();
  else
    hashes_.insert(quick_hash(as_bytes(value)));
}

bool AddressSet::contains(std::string_view address) const {
  return full_ || hashes_.contains(quick_hash(as_bytes(fold_case(address))));
}

void AddressSet::give_up() {
  if (full_) return;
  full_ = true;
  hashes_.clear();
}

}  // namespace outspan::policy
