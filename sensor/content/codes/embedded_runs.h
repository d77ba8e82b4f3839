#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/chain/window_masks.h"
#include "content/codes/base64_noise.h"
#include "content/codes/run_judge.h"
#include "text/base32.h"
#include "text/base64.h"
#include "text/coded_character.h"
#include "text/hex.h"

namespace outspan::content {

/// Finds base64, base64url, base32 and hexadecimal runs inside text and hands the decoded bytes on
/// as a node of their own ("base64", "base32" or "hex", one a text, a boundary between runs). A run
/// counts when it is long enough and its beginning decodes to text or to a known file format, or
/// when a data: URI announces it. Of the others those of base64 that stand for random bytes are
/// reported as opaque, where that is wanted: encrypted, or compressed in an unknown way.
///
/// A run goes on over escapes of its own characters and of line ends (any of coded_character.h),
/// over line ends, and over what stands between equal pieces: blanks, quotation marks and commas of
/// an array, the strings of a source ('" + "', "<br>"), up to 32 bytes.
class EmbeddedRuns {
 public:
  EmbeddedRuns(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  void look_for_noise(bool wanted) noexcept { look_for_noise_ = wanted; }
  void data(const WindowCore& core) noexcept;
  /// No run goes on over this.
  void boundary() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  enum class State : std::uint8_t {
    searching,
    decoding,
    gap,      ///< between two pieces of a run, the second of which may belong to it
    compare,  ///< in that one
    skipping,
  };
  /// What is between two pieces: the last that is found is the weakest.
  enum class Gap : std::uint8_t { lines, blanks, marks, others };
  /// Enough of a run to judge it, with a few starts to try in it.
  static constexpr std::size_t kProbe = 96;
  /// Of a piece, to be compared with the one before it.
  static constexpr std::size_t kPiece = 160;

  std::size_t search(const WindowCore& core, std::size_t at) noexcept;
  std::size_t collect(Bytes text, std::size_t at) noexcept;
  bool finish_escape(Bytes text, std::size_t& at) noexcept;
  std::size_t coded_run_character(Bytes text, std::size_t at) noexcept;
  bool judge() noexcept;
  void measure(std::string_view run, bool goes_on) noexcept;
  void measure_to(Bytes text, std::size_t at) noexcept;
  void end_noise() noexcept;
  bool start(const RunStart& run, std::size_t size) noexcept;
  std::size_t decode(Bytes text) noexcept;
  template <class Decoder>
  std::size_t decode_with(Decoder& decoder, Bytes text) noexcept;
  std::size_t cross_gap(Bytes text) noexcept;
  std::size_t compare_piece(Bytes text) noexcept;
  [[nodiscard]] bool is_last_piece(bool padded) const noexcept;
  [[nodiscard]] bool in_whole_groups() const noexcept;
  [[nodiscard]] bool is_own_text(Bytes after) const noexcept;
  bool is_of_gap() noexcept;
  void piece_compared(bool goes_on) noexcept;
  bool accepts(char c) noexcept;
  bool accepts_coded(char c) noexcept;
  bool accepts_character(char c) noexcept;
  bool accepts_between(char c) noexcept;
  bool go_on_in_gap(Gap gap) noexcept;
  void put(Bytes decoded) noexcept;
  void end_run() noexcept;
  [[nodiscard]] StagePtr& stage() noexcept { return stages_[static_cast<std::size_t>(kind_)]; }

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  State state_ = State::searching;
  RunKind kind_ = RunKind::base64;
  bool announced_ = false;   // by "base64," in front of it
  bool fresh_line_ = false;  // only blanks since the end of a line
  bool first_piece_ = true;  // of the run
  Gap gap_ = Gap::lines;
  std::uint32_t gap_size_ = 0;
  std::uint32_t line_ = 0;  // characters of the run in this piece
  std::size_t probe_size_ = 0;
  std::array<char, kPiece> probe_;  // the beginning of a run, or of a piece, that may go on
  text::CharacterReader escape_;
  text::Base64Decoder base64_;
  text::Base32Decoder base32_;
  text::HexDecoder hex_;
  std::array<StagePtr, kRunKinds> stages_;  // by kind
  bool look_for_noise_ = false;
  std::unique_ptr<Base64Noise> noise_;  // of refused runs, read besides the search
  std::size_t measured_ = 0;            // of the text that data() was given
  const Node* opaque_ = nullptr;        // of runs of random bytes
};

}  // namespace outspan::content
