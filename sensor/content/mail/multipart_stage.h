#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// The boundary of a multipart that begins so: of its first line, where a field follows that, else
/// the one that its Content-Type names.
std::string boundary_of(std::string_view named, Bytes beginning);

/// By its first lines, or by its Content-Type, whose boundary stands in the first bytes; nullopt:
/// it is none, or too deep.
std::optional<Opened> open_multipart(const Opening& opening) noexcept;
/// By its Content-Type alone: text without a boundary may stand before the first part.
std::optional<Opened> open_named_multipart(const Opening& opening) noexcept;

/// The body of a multipart (RFC 2046, 5.1): an entity for each part; preamble and epilogue are text
/// of the node. A part that is not closed ends with the multipart. Holds back at most one line that
/// may be a delimiter.
class MultipartStage final : public Stage {
 public:
  struct Options {
    std::uint32_t depth = 0;
    bool digest = false;  ///< parts are messages unless they say otherwise
  };
  MultipartStage(ObjectContext& context, const Node& node, std::string_view boundary,
                 Options options) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  enum class Line : std::uint8_t { other, unfinished, next_part, last };
  Line classify(std::string_view line) const noexcept;
  std::size_t resolve_held(Bytes bytes) noexcept;
  std::size_t scan(Bytes bytes, std::size_t at) noexcept;
  void hand_on(Bytes bytes, std::size_t begin, std::size_t end) noexcept;
  void flush_held() noexcept;
  void delimiter(Line line) noexcept;
  void open_rest() noexcept;

  std::string delimiter_;
  Options options_;
  std::string held_;
  bool at_start_ = true;   // a delimiter may come without a line end in front
  bool imagined_ = false;  // the held line end is not of the wire
  StagePtr part_;          // an entity, or the text of preamble or epilogue
};

}  // namespace outspan::content
