#pragma once

#include <openssl/evp.h>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "core/handle.h"
#include "protocol/object.h"

namespace outspan::content {

/// The writer of one object: a chain of stages for each part, the digest of the body, and the
/// summary at the end.
class InspectingWriter final : public protocol::ObjectWriter {
 public:
  InspectingWriter(Services& services, FlowContext& flow, Side side,
                   protocol::ObjectInfo info) noexcept
      : ObjectWriter(flow, side),
        held_(std::make_unique<ObjectContext>(services, flow, side, std::move(info))),
        context_(*held_) {}
  ~InspectingWriter() override;

  void begin_part(protocol::PartInfo part) noexcept override;
  void gap(std::uint64_t missing_bytes) noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end_part() noexcept override;
  void end(protocol::ObjectEnd how) noexcept override;
  protocol::ObjectInfo& info() noexcept override { return context_.object().info; }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 protected:
  void write(Bytes bytes) noexcept override;

 private:
  StagePtr make_stage(const Node& node, protocol::PartInfo& part) noexcept;
  void begin_digest() noexcept;
  [[nodiscard]] std::string digest() noexcept;

  std::unique_ptr<ObjectContext> held_;  // until the end
  ObjectContext& context_;
  StagePtr part_;
  CHandle<EVP_MD_CTX, EVP_MD_CTX_free> digest_;
  bool digesting_ = false;
  bool handing_on_ = false;
  bool ended_ = false;
};

}  // namespace outspan::content
