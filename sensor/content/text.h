#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/flow_context.h"
#include "protocol/object.h"
#include "text/escape.h"
#include "text/text_masks.h"

namespace outspan::content {

/// A thing that holds bytes: a part of a message, an attachment, a file in an archive, a decoded
/// run of base64. The chain of parents is the path of an event.
struct Node {
  const Node* parent = nullptr;  ///< nullptr: the object itself
  std::string name;              ///< wire text, not masked; empty adds nothing to the path
  std::string media_type;        ///< what the bytes are: "text/csv"; empty: unknown
  std::uint32_t number = 0;      ///< counts the nodes of an object from 0, in order of appearance
};

/// One top-level object while its content is looked at. Its address identifies it; it and its
/// nodes live until ObjectObserver::on_object_end returns.
struct Object {
  FlowContext& flow;
  Side side = Side::client;  ///< the sender
  protocol::ObjectInfo info;
  Node root;
  std::uint64_t wire_bytes = 0;  ///< given by protocol/ so far, over all parts
  Position begin;
  std::uint64_t number = 0;  ///< counts the objects of a pipeline, from 1
};

/// A piece of UTF-8 text (or of bytes taken as such) with its neighbourhood. The cores of the
/// windows of a node follow one another without a hole or an overlap, so a value is reported once:
/// by the window in whose core it begins.
struct Window {
  std::string_view raw;
  std::uint32_t core_begin = 0, core_end = 0;  ///< in `raw`
  std::uint64_t offset = 0;                    ///< of raw[0] in the text of the node
  /// No text precedes raw[0] / follows raw's end, so the edge is a border of words.
  bool at_start = false, at_end = false;
  /// Bytes that are no text: values stand between tags and lengths.
  bool in_binary = false;
  /// `raw` with its escapes undone and folded (text/fold.h); empty: there was nothing to do.
  std::string_view unescaped;
  std::span<const text::Escape> escapes;   ///< ascending
  const text::TextMasks* masks = nullptr;  ///< of `raw`, all of them; nullptr: not made
};

/// Receives text to search: the hand-over from content/ to detect/.
/// Thread: the pipeline's. Borrows: until the call returns.
class TextSink {
 public:
  virtual ~TextSink() = default;
  virtual void on_window(const Object& object, const Node& node, const Window& window) noexcept = 0;
};

/// The reason of pixels, sound and video: opaque, but nobody is told of it unless a rule asks.
inline constexpr const char* kMedia = "media";

/// What became of an object, for `object` events and for rules.
struct ObjectSummary {
  std::string media_type;  ///< of the largest part, by its bytes
  /// Of the wire bytes of all parts but heads and URLs; empty: none, or hashes are not wanted.
  std::string sha256;
  std::uint64_t wire_bytes = 0;
  std::uint64_t text_bytes = 0;         ///< given to detection
  std::uint64_t opaque_bytes = 0;       ///< wire bytes of what could not be opened
  std::uint64_t skipped_bytes = 0;      ///< wire bytes left out by a budget
  const char* opaque_reason = nullptr;  ///< nullptr: all was opened. Static string
  protocol::ObjectEnd end = protocol::ObjectEnd::complete;
};

class ObjectObserver {
 public:
  virtual ~ObjectObserver() = default;
  /// A part of the object cannot be read. Before on_object_end.
  virtual void on_object_blind_spot(const Object& object, const Node& node,
                                    ObjectBlindSpot spot) noexcept = 0;
  virtual void on_object_end(const Object& object, const ObjectSummary& summary) noexcept = 0;
  /// What the object carries, before anything is decoded: the bytes that ObjectSummary::sha256 is
  /// of. Only where the inspector was asked to hand them on.
  virtual void on_object_bytes(const Object& /*object*/, Bytes /*bytes*/) noexcept {}
};

}  // namespace outspan::content
