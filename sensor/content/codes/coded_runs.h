#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/chain/window_masks.h"
#include "content/codes/run_decoder.h"

namespace outspan::content {

/// Finds files that are written as text inside text: uuencode, xxencode, yEnc, hexdumps,
/// hexadecimal digits with separators, base 85. What they decode to is a node: of the file's name,
/// or "hexdump", "hex", "base85" (one each a text, a boundary between runs).
///
/// Calls: as of TextStage: windows in order; boundary where no run goes on.
class CodedRuns {
 public:
  CodedRuns(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  /// Runs that begin in the core are decoded up to its end, and further with the next window.
  void data(const WindowCore& core) noexcept;
  void boundary() noexcept { end_run(); }
  void pause() noexcept;
  void finish() noexcept;

 private:
  enum class Kind : std::uint8_t { uu, yenc, hexdump, hex, base85 };
  struct Run {
    Kind kind;
    std::size_t begin;  ///< in the window: of what is coded
    RunDecoderPtr decoder;
    std::string name{};
  };

  std::optional<Run> run_at(std::string_view raw, std::size_t at) noexcept;
  static std::optional<Run> run_of_line(std::string_view raw, std::size_t at) noexcept;
  std::optional<Run> spaced_hex(std::string_view raw, std::size_t at) noexcept;
  static std::optional<Run> base85(std::string_view raw, std::size_t at) noexcept;
  std::size_t try_mark(const WindowCore& core, std::size_t mark) noexcept;
  bool start(Run& run, std::string_view raw) noexcept;
  std::size_t decode_from(std::string_view raw, std::size_t begin, std::size_t core_end) noexcept;
  std::size_t decode(Bytes text) noexcept;
  bool put(Bytes decoded) noexcept;
  void end_run() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  Kind kind_ = Kind::uu;
  RunDecoderPtr decoder_;           // set: inside a run
  std::array<StagePtr, 5> stages_;  // by Kind; of uu and yEnc for one file
  std::size_t ahead_ = 0;           // a run begins so far into the next core
  std::size_t hex_judged_ = 0;      // of the window: up to here no spaced hex begins
};

}  // namespace outspan::content
