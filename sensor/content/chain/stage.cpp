#include "content/chain/stage.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <typeinfo>
#include <utility>

#include "content/chain/object_context.h"

namespace outspan::content {

Stage::Stage(ObjectContext& context, const Node& node) noexcept
    : context_(context), node_(node), wire_begin_(context.wire_now()) {}

void Stage::forward(Stage& to, Bytes piece, std::int64_t offset) noexcept {
  claim(As::decoded, piece.size());
  context_.forward(this, to, piece, offset);
}

std::uint64_t Stage::on_wire(std::uint64_t bytes) const noexcept {
  if (bytes == 0) return 0;
  const double share = static_cast<double>(bytes) / static_cast<double>(given_);
  const auto wire = static_cast<double>(context_.wire_since(wire_begin_, given_));
  return static_cast<std::uint64_t>(std::ceil(wire * share));
}

void Stage::leave_unclaimed() noexcept {
  const std::uint64_t bytes = std::exchange(pending_, 0);
  if (context_.abandoned()) return;
#ifdef OUTSPAN_STRICT_LEDGER
  std::fprintf(stderr, "ledger: %s leaves %llu bytes unclaimed\n", typeid(*this).name(),
               static_cast<unsigned long long>(bytes));
  std::abort();
#endif
  context_.unclaimed(node_, on_wire(bytes));
}

std::uint64_t Stage::claimed_twice([[maybe_unused]] std::uint64_t bytes) const noexcept {
#ifdef OUTSPAN_STRICT_LEDGER
  std::fprintf(stderr, "ledger: %s claims %llu bytes, and %llu are pending\n", typeid(*this).name(),
               static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(pending_));
  std::abort();
#endif
  return pending_;
}

}  // namespace outspan::content
