#include "content/container_stage.h"

#include <algorithm>

#include "content/node_stage.h"
#include "content/text_stage.h"

namespace outspan::content {
namespace {

constexpr std::uint64_t kMib = 1 << 20;

/// Makes a node of each member.
class Members final : public ContainerSink {
 public:
  Members(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  bool begin_member(std::string name) noexcept override {
    const Node* node = context_.add_node(node_, std::move(name), {});
    if (node == nullptr) return false;
    stage_ = std::make_unique<NodeStage>(context_, *node, NodeOptions{.depth = depth_ + 1});
    return true;
  }
  bool data(Bytes bytes) noexcept override {
    if (!context_.expand(bytes.size())) return false;
    stage_->data(bytes);
    return true;
  }
  void end_member() noexcept override { stage_->finish(); }

 private:
  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  StagePtr stage_;
};

}  // namespace

ContainerStage::ContainerStage(ObjectContext& context, const Node& node,
                               const ContainerOpener& opener, std::uint32_t depth) noexcept
    : context_(context),
      node_(node),
      opener_(opener),
      depth_(depth),
      wire_begin_(context.wire_now()) {}

ContainerStage::~ContainerStage() { context_.services().memory.give(memory_); }

bool ContainerStage::keep(Bytes bytes) noexcept {
  const std::uint64_t wanted = whole_.size() + bytes.size();
  if (wanted > context_.services().limits.object_mib * kMib) return false;
  if (wanted > memory_) {
    const std::uint64_t grown = std::max(wanted, memory_ * 2);
    if (!context_.services().memory.take(grown - memory_)) return false;
    memory_ = grown;
    whole_.reserve(static_cast<std::size_t>(grown));
  }
  whole_.insert(whole_.end(), bytes.begin(), bytes.end());
  return true;
}

void ContainerStage::data(Bytes bytes) noexcept {
  bytes_seen_ += bytes.size();
  if (bytes_ == nullptr && !keep(bytes)) {
    ++context_.services().counters.budget_memory;
    scan_as_bytes("budget");
  }
  if (bytes_ != nullptr) bytes_->data(bytes);
}

void ContainerStage::scan_as_bytes(const char* reason) noexcept {
  reason_ = reason;
  bytes_ = std::make_unique<TextStage>(context_, node_, TextStage::Options{.depth = depth_});
  if (!whole_.empty()) bytes_->data(whole_);
  whole_ = {};
  context_.services().memory.give(memory_);
  memory_ = 0;
}

void ContainerStage::gap() noexcept {
  if (bytes_ == nullptr) scan_as_bytes("gap");
  bytes_->gap();
}

void ContainerStage::finish() noexcept {
  if (bytes_ == nullptr) {
    Members members(context_, node_, depth_);
    ++context_.services().counters.containers_opened;
    const std::uint64_t copies = whole_.size() * opener_.copies();
    const bool room = context_.services().memory.take(copies);
    if (!room) ++context_.services().counters.budget_memory;
    const char* reason = room ? opener_.open(whole_, members) : "budget";
    if (room) context_.services().memory.give(copies);
    if (reason != nullptr) scan_as_bytes(reason);
  }
  if (bytes_ == nullptr) return;
  bytes_->finish();
  const std::uint64_t wire = context_.wire_since(wire_begin_, bytes_seen_);
  if (std::string_view(reason_) == "budget")
    context_.skip(node_, wire);
  else
    context_.opaque(node_, wire, reason_);
}

}  // namespace outspan::content
