#pragma once

#include <cstdint>
#include <memory>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/codes/coded_runs.h"
#include "content/codes/dense_codes.h"
#include "content/codes/disguises.h"
#include "content/codes/embedded_runs.h"
#include "content/codes/html_text.h"
#include "content/codes/wide_runs.h"
#include "text/unescape.h"

namespace outspan::content {

/// The end of every chain: cuts the text of a node into windows for detection, and looks inside the
/// text for encoded runs, which become nodes of their own.
///
/// Window borders depend on offsets in the text only, however it comes in pieces; a pause, a gap
/// and a boundary make a border of their own. Memory: one buffer of at most a window, from the
/// pool, while there is text that waits; without memory the text is scanned as it comes.
class TextStage final : public Stage {
 public:
  static constexpr std::size_t kCore = 16384;
  /// Kept on each side of a core: longer than any value.
  static constexpr std::size_t kContext = 384;

  TextStage(ObjectContext& context, const Node& node, TextOptions options) noexcept
      : Stage(context, node),
        options_(options),
        runs_(context, node, options.depth),
        coded_(context, node, options.depth),
        dense_(context, node, options.depth),
        wide_(context, node, options.depth) {
    if (options.rewrites && context.services().inspect_disguises)
      disguises_ = std::make_unique<Disguises>(context, node, options.depth);
  }

  /// Whether what comes from now on is no text (see Window::in_binary).
  void set_in_binary(bool in_binary) noexcept { options_.in_binary = in_binary; }
  /// Random bytes that are written as base64 are opaque from now on; false at first.
  void look_for_noise(bool wanted) noexcept { runs_.look_for_noise(wanted); }

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override { boundary(); }
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  /// Text that is at hand: the waiting bytes, then the new ones.
  void emit_full(Bytes bytes, std::uint64_t bytes_at) noexcept;
  void keep_tail(Bytes bytes, std::uint64_t bytes_at) noexcept;
  void emit_without_memory(Bytes bytes, std::uint64_t bytes_at) noexcept;
  void rewrite(const Window& window) noexcept;
  void flush() noexcept;
  bool append(Bytes bytes) noexcept;
  void drop_before(std::uint64_t offset) noexcept;
  void emit(std::string_view raw, std::uint64_t raw_at, std::uint64_t core_end,
            bool at_end) noexcept;
  [[nodiscard]] std::uint64_t window_begin() const noexcept {
    return core_ - segment_ > kContext ? core_ - kContext : segment_;
  }
  [[nodiscard]] std::string_view held() const noexcept {
    return {reinterpret_cast<const char*>(buffer_.data()), held_size_};
  }

  TextOptions options_;
  Buffer buffer_;
  std::uint64_t held_at_ = 0;  // offset of the first held byte
  std::size_t held_size_ = 0;
  std::uint64_t end_ = 0;      // of all text so far
  std::uint64_t core_ = 0;     // where the next core begins
  std::uint64_t segment_ = 0;  // no text before this offset belongs to what follows
  EmbeddedRuns runs_;
  CodedRuns coded_;
  DenseCodes dense_;
  WideRuns wide_;
  std::unique_ptr<Disguises> disguises_;  // nullptr: not wanted
  std::unique_ptr<HtmlText> html_;        // nullptr: none so far
  Markup markup_ = Markup::none;
};

}  // namespace outspan::content
