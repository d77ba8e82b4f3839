#pragma once

#include <algorithm>

#include "core/flow_context.h"
#include "marks/ciphertext.h"
#include "protocol/shared/ciphertext_sampler.h"

namespace outspan::protocol {

/// The ciphertext in a flow of messages: judges it, and counts it in the ledger and as what the
/// flow is. One a parser.
class EncryptedMessages {
 public:
  /// `flow` outlives it. `reason`: a static string, the flow's reason and application ("quic").
  EncryptedMessages(FlowContext& flow, const char* reason) noexcept
      : flow_(flow), reason_(reason), messages_(flow.info.id << 20) {}

  /// Whether the sealed part of a message may be ciphertext, judged by 256 bytes at a place that
  /// nobody outside can foretell. A wrong no, 1 in 15,000 for short messages, costs a look at the
  /// message and nothing else.
  bool may_be_sealed(Bytes sealed) noexcept {
    const std::size_t size = std::min<std::size_t>(sealed.size(), 256);
    const auto at = static_cast<std::size_t>(unforeseeable(++messages_, sealed.size() - size + 1));
    return marks::may_be_ciphertext(sealed.subspan(at, size));
  }

  /// The whole message is encrypted.
  void count(Side side, Bytes message) noexcept {
    if (!known_) {
      known_ = true;
      flow_.encryption.reason = reason_;
      flow_.account.set_app(AppProtocol::named(reason_));
    }
    flow_.account.claim(side, Column::encrypted, reason_, message.size());
  }

 private:
  FlowContext& flow_;
  const char* reason_;
  bool known_ = false;
  std::uint64_t messages_;
};

}  // namespace outspan::protocol
