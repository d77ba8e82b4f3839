#pragma once

#include <optional>

#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"
#include "protocol/http1/chunked.h"

namespace outspan::content {

/// A body in the signed chunks of Amazon S3 (Signature Version 4, "Transferring payload in multiple
/// chunks"), known by its first line or by "aws-chunked" in Content-Encoding; nullopt: it is none.
std::optional<Opened> open_aws_chunks(const Opening& opening) noexcept;

/// Takes the chunks off, which are framed as those of HTTP are, but inside of the body. What comes
/// after damage or a gap is handed on as it is.
class AwsChunks final : public Stage {
 public:
  AwsChunks(ObjectContext& context, const Node& node, StagePtr next) noexcept
      : Stage(context, node), next_(std::move(next)) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override {
    next_->pause();
    if (around_) around_->pause();
  }
  void end() noexcept override {
    next_->finish();
    if (around_) around_->finish();
  }

 private:
  void search(Bytes bytes) noexcept;

  StagePtr next_;
  StagePtr around_;  // what stands after sizes and after the last chunk; nullptr: nothing so far
  protocol::http1::ChunkedReader chunks_;
  bool over_ = false;
};

}  // namespace outspan::content
