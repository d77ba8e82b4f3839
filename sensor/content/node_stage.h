#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"
#include "content/plain_stage.h"
#include "marks/marks.h"

namespace outspan::content {

/// The bytes of a node, of any kind: looks at how they begin and at what the header says, and
/// builds the chain that reads them. Holds back at most marks::kBeginningBytes until that is
/// decided.
class NodeStage final : public Stage {
 public:
  /// `node` lives as long as the context.
  NodeStage(ObjectContext& context, const Node& node, NodeOptions options) noexcept
      : Stage(context, node), options_(std::move(options)), wire_begin_(context.wire_now()) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  void decide(Bytes beginning) noexcept;
  void settle() noexcept;
  void end_message() noexcept;
  void report_opaque(std::uint64_t opaque, const char* reason) noexcept;
  Stage& plain(Bytes beginning) noexcept;

  NodeOptions options_;
  std::array<std::uint8_t, marks::kBeginningBytes> held_;
  std::size_t held_size_ = 0;
  StagePtr special_;                           // decoder or container of the current message
  const std::uint64_t* text_bytes_ = nullptr;  // of it
  std::unique_ptr<PlainStage> plain_;          // text; stays over boundaries
  Stage* active_ = nullptr;                    // nullptr: not decided yet
  std::uint64_t bytes_ = 0;                    // of the current message
  std::uint64_t wire_begin_;
  marks::Mark mark_;
};

}  // namespace outspan::content
