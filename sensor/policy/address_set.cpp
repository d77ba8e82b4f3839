#include "policy/address_set.h"

#include "core/hash.h"
#include "policy/glob.h"

namespace outspan::policy {
namespace {

constexpr std::uint64_t kAddressesMax = 65'536;

std::uint64_t address_hash(std::string_view address) {
  static constexpr SipKey kKey{0x6f757473'70616e2eULL, 0x61646472'65737365ULL};
  return siphash(kKey, as_bytes(fold_case(address)));
}

}  // namespace

void AddressSet::insert(std::string_view value) {
  if (full_ || value.find('@') == std::string_view::npos) return;
  if (hashes_.size() >= kAddressesMax)
    give_up();
  else
    hashes_.insert(address_hash(value));
}

bool AddressSet::contains(std::string_view address) const {
  return full_ || hashes_.contains(address_hash(address));
}

void AddressSet::give_up() {
  full_ = true;
  hashes_.clear();
}

}  // namespace outspan::policy
