#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "content/chain/stage.h"
#include "content/text.h"
#include "core/bytes.h"
#include "marks/marks.h"
#include "text/unescape.h"

namespace outspan::content {

class ObjectContext;

/// What is known of the bytes of a node before they are seen.
struct NodeOptions {
  std::uint32_t depth = 0;
  /// Content-Type as on the wire.
  std::string content_type{};
  /// Compressions, in the order in which they were applied.
  std::vector<std::string> codings{};
  text::EscapeMode escapes = text::EscapeMode::text;
  /// Counts bytes that follow the end of what these are: they are left to the caller, which has
  /// them as well. nullptr: they are read as more of it. Outlives the stage.
  std::uint64_t* following = nullptr;
};

/// How the text of a node is looked through.
struct TextOptions {
  text::EscapeMode escapes = text::EscapeMode::text;
  std::uint32_t depth = 0;
  /// Look for UTF-16 in it: bytes that nobody has converted.
  bool bytes = true;
  /// Write it a second time in other ways: not what was written so already.
  bool rewrites = true;
  /// It was taken out of binary data (see Window::in_binary).
  bool in_binary = false;
};

/// What PlainStage looks for in bytes of which something is known.
enum class LookInside : std::uint8_t {
  no,   ///< the mark of what they are must not be found again
  yes,  ///< archives after something else, random bytes written as base64
};

/// Makes the stages for what another stage finds inside its bytes. Formats know this and not how
/// chains are built, so that one that is added changes none of the others. ObjectContext has it.
class Opener {
 public:
  Opener() = default;
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;
  virtual ~Opener() = default;

  /// Bytes of any kind, recognised by how they begin and by what the options say.
  virtual StagePtr open(ObjectContext& context, const Node& node,
                        NodeOptions options) const noexcept = 0;
  /// Bytes that are not recognised as a whole: text in any charset, or bytes.
  virtual StagePtr open_plain(ObjectContext& context, const Node& node, TextOptions options,
                              LookInside look) const noexcept = 0;
  /// Text as it is.
  virtual StagePtr open_text(ObjectContext& context, const Node& node,
                             TextOptions options) const noexcept = 0;
};

/// Bytes whose kind is being decided.
struct Opening {
  ObjectContext& context;
  const Node& node;
  const NodeOptions& options;
  Bytes beginning;  ///< marks::kBeginningBytes, or all there is
  marks::Mark mark;
};

/// How they are read.
struct Opened {
  marks::Mark mark;          ///< Form::unopened: its reason is reported when they end
  StagePtr stage = nullptr;  ///< nullptr: as plain bytes
  /// Of media: how many bytes so far are no pixels, sound or video; it is the stage's. nullptr:
  /// none.
  const std::uint64_t* text_bytes = nullptr;
};

inline Opened unopened(marks::Mark mark, const char* reason) noexcept {
  return {{marks::Form::unopened, mark.media_type, reason}, nullptr};
}

}  // namespace outspan::content
