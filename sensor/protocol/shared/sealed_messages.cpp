#include "protocol/shared/sealed_messages.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol {

void SealedMessages::begin(std::uint64_t message_bytes) noexcept {
  left_ = message_bytes;
  run_left_ = 0;
  other_.boundary();
}

std::uint64_t SealedMessages::take(std::uint64_t bytes) noexcept {
  if (run_left_ == 0) {
    run_left_ = std::min(left_, kRunBytes);
    left_ -= run_left_;
    sampler_.begin(run_left_);
    clear_before_ = std::exchange(clear_, false);
  }
  const std::uint64_t taken = std::min(bytes, run_left_);
  run_left_ -= taken;
  return taken;
}

void SealedMessages::data(Bytes bytes) noexcept {
  FlowContext& flow = host_.flow();
  while (!bytes.empty() && run_left_ + left_ > 0) {
    const Bytes run = bytes.first(static_cast<std::size_t>(take(bytes.size())));
    bytes = bytes.subspan(run.size());
    if (!sampler_.feed(run)) clear_ = true;
    if (clear_ || clear_before_) {
      other_.data(run);
      continue;
    }
    other_.boundary();
    flow.account.claim(side_, Column::encrypted, reason_, run.size());
    if (flow.inspected(side_) && flow.encryption.reason == nullptr)
      flow.encryption.reason = reason_;
  }
  other_.data(bytes);
}

void SealedMessages::gap(std::uint64_t missing_bytes) noexcept {
  other_.gap(missing_bytes);
  while (missing_bytes > 0 && run_left_ + left_ > 0) {
    const std::uint64_t taken = take(missing_bytes);
    sampler_.skip(taken);
    missing_bytes -= taken;
  }
}

}  // namespace outspan::protocol
