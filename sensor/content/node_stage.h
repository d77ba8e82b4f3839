#pragma once

#include <array>
#include <string>
#include <vector>

#include "content/decompressor.h"
#include "content/object_context.h"
#include "content/plain_stage.h"
#include "content/serialised_stage.h"
#include "content/stage.h"
#include "marks/marks.h"
#include "text/unescape.h"

namespace outspan::content {

/// What is known of the bytes of a node before they are seen.
struct NodeOptions {
  std::uint32_t depth = 0;
  /// Content-Type as on the wire.
  std::string content_type{};
  /// Compressions, in the order in which they were applied.
  std::vector<std::string> codings{};
  text::EscapeMode escapes = text::EscapeMode::text;
};

/// The bytes of a node, of any kind: looks at how they begin and at what the header says, and
/// builds the chain that reads them. Holds back at most marks::kBeginningBytes until that is
/// decided.
class NodeStage final : public Stage {
 public:
  /// `node` lives as long as the context.
  NodeStage(ObjectContext& context, const Node& node, NodeOptions options) noexcept
      : context_(context),
        node_(node),
        options_(std::move(options)),
        wire_begin_(context.wire_now()) {}

  void data(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void finish() noexcept override;

 private:
  void decide(Bytes beginning) noexcept;
  void settle() noexcept;
  void end_message() noexcept;
  /// The stage for what the beginning shows; nullptr: text.
  StagePtr recognised(Bytes beginning) noexcept;
  StagePtr undo_coding(Bytes beginning) noexcept;
  StagePtr compressed_file(Coding coding, const char* name) noexcept;
  StagePtr multipart() noexcept;
  StagePtr mail_file(Bytes beginning) noexcept;
  StagePtr serialised(Serialisation form) noexcept;
  StagePtr outlook_file() noexcept;
  StagePtr container(Bytes beginning) noexcept;
  Stage& plain(Bytes beginning) noexcept;

  ObjectContext& context_;
  const Node& node_;
  NodeOptions options_;
  std::array<std::uint8_t, marks::kBeginningBytes> held_;
  std::size_t held_size_ = 0;
  StagePtr special_;                   // decoder or container of the current message
  std::unique_ptr<PlainStage> plain_;  // text; stays over boundaries
  Stage* active_ = nullptr;            // nullptr: not decided yet
  std::uint64_t bytes_ = 0;
  std::uint64_t wire_begin_;
  marks::Mark mark_;
};

}  // namespace outspan::content
