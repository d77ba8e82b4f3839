#include "content/chains.h"

#include <utility>

#include "content/node_stage.h"
#include "content/plain_stage.h"
#include "content/text_stage.h"

namespace outspan::content {
namespace {

class Chains final : public Opener {
 public:
  StagePtr open(ObjectContext& context, const Node& node,
                NodeOptions options) const noexcept override {
    return std::make_unique<NodeStage>(context, node, std::move(options));
  }

  StagePtr open_plain(ObjectContext& context, const Node& node, TextOptions options,
                      LookInside look) const noexcept override {
    auto plain = std::make_unique<PlainStage>(context, node, options, std::string());
    plain->begin(look, {});
    return plain;
  }

  StagePtr open_text(ObjectContext& context, const Node& node,
                     TextOptions options) const noexcept override {
    return std::make_unique<TextStage>(context, node, options);
  }
};

}  // namespace

const Opener& chains() noexcept {
  static const Chains kChains;
  return kChains;
}

}  // namespace outspan::content
