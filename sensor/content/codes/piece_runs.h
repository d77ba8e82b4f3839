#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/codes/run_borders.h"
#include "content/codes/run_judge.h"
#include "text/base32.h"
#include "text/base64.h"
#include "text/hex.h"

namespace outspan::content {

/// Reads base64, base32 and hexadecimal digits that are written in equal pieces too short to be
/// runs (see EmbeddedRuns): "QWxp Y2Ug ...", a piece a line, the strings of an array. Between them
/// may be blanks, line ends, quotation marks and commas, or any one text of up to 32 bytes, the
/// same each time: an escaped line end, "<br>", "' + '". What they decode to is a node ("base64",
/// "base32", "hex").
///
/// Calls: begin where pieces may begin; while active() resume with the text after it; boundary
/// where no text goes on.
class PieceRuns {
 public:
  static constexpr std::size_t kMinPiece = 4;
  static constexpr std::size_t kMaxPiece = kMinHex - 1;

  PieceRuns(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  /// Whether pieces begin at `at`, where a character of the alphabets stands and none before it.
  bool begin(std::string_view text, std::size_t at) noexcept;
  [[nodiscard]] bool active() const noexcept { return active_; }
  /// Positions are of another text from now on.
  void next_text() noexcept { refused_ = {}; }
  /// Decodes from the front of `text`; how much of it belongs to the run.
  std::size_t resume(std::string_view text) noexcept;
  void boundary() noexcept { end_run(); }
  void pause() noexcept;
  void finish() noexcept;

 private:
  bool goes_on_refused(std::size_t at) noexcept;
  bool start(const RunStart& run, std::size_t size) noexcept;
  [[nodiscard]] std::size_t judged_pieces(std::string_view text, std::size_t at,
                                          std::span<char> joined) noexcept;
  [[nodiscard]] std::size_t equal_gap(std::string_view text, std::size_t at) const noexcept;
  bool crosses(char c) noexcept;
  void begin_gap() noexcept;
  std::size_t take_piece(std::string_view text) noexcept;
  void put(Bytes decoded) noexcept;
  void end_run() noexcept;
  [[nodiscard]] StagePtr& stage() noexcept { return stages_[static_cast<std::size_t>(kind_)]; }

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  bool active_ = false;
  bool in_gap_ = false;
  RunKind kind_ = RunKind::base64;
  std::size_t piece_ = 0;  // characters of each
  std::size_t have_ = 0;   // of this one, or of the gap
  std::string_view gap() const noexcept { return {gap_.data(), gap_size_}; }
  std::array<char, kRunGapMax> gap_{};  // the first one
  std::size_t gap_size_ = 0;
  bool same_ = false;          // this one is like it so far
  bool plain_ = false;         // this one is of blanks and marks so far
  std::size_t lines_ = 0;      // that end in this gap
  std::size_t lines_max_ = 0;  // as in the first gap: an empty line more ends the run
  struct Refused {
    std::size_t next = 0;   // where the next piece of the row would begin; 0: there is no row
    std::size_t step = 0;   // from one to the next
    std::size_t count = 0;  // of pieces after the first that were refused
  };
  std::array<Refused, kMaxPiece + 1> refused_;  // rows by the characters of a piece
  text::Base64Decoder base64_;
  text::Base32Decoder base32_;
  text::HexDecoder hex_;
  std::array<StagePtr, kRunKinds> stages_;  // by kind
};

}  // namespace outspan::content
