#pragma once

#include <cstdint>
#include <string>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// A header and the body that it describes: a mail (RFC 5322), a part of a multipart (RFC 2045 to
/// 2047, 2183, 2231, 7578). The decoded header is text of a node "headers". Holds at most
/// Limits::header_kib of header; what is longer is read as body.
class EntityStage final : public Stage {
 public:
  struct Options {
    std::uint32_t depth = 0;
    bool in_digest = false;
    bool top = false;  ///< the mail itself: its addresses are the object's
  };
  EntityStage(ObjectContext& context, const Node& parent, Options options) noexcept
      : Stage(context, parent), options_(options) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  std::size_t take_header(Bytes bytes) noexcept;
  void header_ends() noexcept;
  void drop(std::uint64_t bytes) noexcept;
  void scan_header(const Node& node, std::string_view text) noexcept;

  Options options_;
  std::string header_;
  std::size_t line_ = 0;             // of header_: where the current line begins
  StagePtr body_;                    // set: the header is over
  bool dropped_ = false;             // no node for it: a budget
  std::uint64_t dropped_bytes_ = 0;  // of the part: there was no node left for it
};

}  // namespace outspan::content
