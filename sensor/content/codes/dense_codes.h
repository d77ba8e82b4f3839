#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "content/chain/window_masks.h"
#include "content/codes/coded_fields.h"
#include "content/codes/piece_runs.h"

namespace outspan::content {

/// Looks at text that is dense as codes are (text::TextMasks::dense): for pieces of a run
/// (PieceRuns), and for rows of coded fields (CodedFields).
///
/// Calls: as of CodedRuns: windows in order; boundary where no run goes on.
class DenseCodes {
 public:
  DenseCodes(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  void data(const WindowCore& core) noexcept;
  void boundary() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  struct Readers {
    Readers(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
        : pieces(context, node, depth), fields(context, node, depth) {}
    PieceRuns pieces;
    CodedFields fields;
  };
  [[nodiscard]] std::size_t find_dense(const WindowCore& core, std::size_t at) noexcept;
  std::size_t begin_pieces(std::string_view raw, std::size_t at, std::size_t core_end) noexcept;
  std::size_t take(std::string_view raw, std::size_t from, std::size_t at,
                   std::size_t core_end) noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  std::unique_ptr<Readers> readers_;  // nullptr: no text was dense so far
  std::size_t ahead_ = 0;             // so much of the next core was read
  std::size_t pieces_tried_ = 0;      // of the window: up to here no pieces begin
};

}  // namespace outspan::content
