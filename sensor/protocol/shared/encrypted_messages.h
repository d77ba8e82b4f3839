#pragma once

#include "core/flow_context.h"

namespace outspan::protocol {

/// Counts messages that are proven ciphertext: in the ledger, and as what the flow is. One a
/// parser.
class EncryptedMessages {
 public:
  /// `reason`: a static string, the flow's reason and application ("quic").
  explicit EncryptedMessages(const char* reason) noexcept : reason_(reason) {}

  void count(FlowContext& flow, Side side, Bytes message) noexcept {
    if (!known_) {
      known_ = true;
      flow.encryption.reason = reason_;
      flow.account.set_app(AppProtocol::named(reason_));
    }
    flow.account.move(side, Column::inspected, Column::encrypted, message.size());
  }

 private:
  const char* reason_;
  bool known_ = false;
};

}  // namespace outspan::protocol
