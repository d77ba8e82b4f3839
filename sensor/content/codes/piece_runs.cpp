#include "content/codes/piece_runs.h"

#include <algorithm>

#include "text/byte_class.h"

namespace outspan::content {
namespace {

/// From this on they are runs, by kind.
constexpr std::array<std::size_t, kRunKinds> kMinRun{kMinBase64, kMinBase32, kMinHex};
/// Fewer pieces are words.
constexpr std::size_t kMinPieces = 3;
/// Judged together.
constexpr std::size_t kJudged = 40;

bool is_between(char c) noexcept {
  return std::string_view(" \t\r\n\"',").find(c) != std::string_view::npos;
}

std::size_t span_at(std::string_view text, std::size_t at) noexcept {
  return text::base64_span(as_bytes(text.substr(at, PieceRuns::kMaxPiece + 1)));
}

constexpr std::array<const char*, kRunKinds> kNames{"base64", "base32", "hex"};

}  // namespace

bool PieceRuns::begin(std::string_view text, std::size_t at) noexcept {
  piece_ = span_at(text, at);
  if (piece_ < kMinPiece || piece_ > kMaxPiece || goes_on_refused(at)) return false;
  std::array<char, kJudged + kMinPieces * kMaxPiece> joined;
  const std::size_t size = judged_pieces(text, at, joined);
  if (size < kMinBase64 || size < kMinPieces * piece_) return false;
  const auto found = judge_run({joined.data(), size});
  if (!found || found->at != 0 || piece_ >= kMinRun[static_cast<std::size_t>(found->kind)]) {
    Refused& row = refused_[piece_];
    row.step = piece_ + gap_size_;
    row.next = at + row.step;
    return false;
  }
  return start(*found, text.size() - at);
}

/// Whether the piece at `at` is of a row of equal ones that was refused at its beginning, and again
/// at the next ones: words before a run may happen to be as long as its pieces.
bool PieceRuns::goes_on_refused(std::size_t at) noexcept {
  constexpr std::size_t kTried = 4;
  Refused& row = refused_[piece_];
  if (at != row.next) {
    row = {};
    return false;
  }
  if (++row.count < kTried) return false;
  row.next = at + row.step;
  return true;
}

/// Puts pieces together until there are enough to be judged; how many characters. Remembers what is
/// between the first two.
std::size_t PieceRuns::judged_pieces(std::string_view text, std::size_t at,
                                     std::span<char> joined) noexcept {
  std::size_t gap_end = at + piece_;
  while (gap_end < text.size() && gap_end - at - piece_ < kRunGapMax && is_between(text[gap_end]))
    ++gap_end;
  if (span_at(text, gap_end) != piece_) gap_end = at + piece_ + equal_gap(text, at);
  gap_size_ = gap_end - at - piece_;
  std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at + piece_), gap_size_, gap_.begin());
  lines_max_ = static_cast<std::size_t>(std::ranges::count(gap(), '\n'));
  std::size_t size = 0;
  const std::size_t wanted = std::max(kJudged, kMinPieces * piece_);
  while (size < wanted && at < text.size() && span_at(text, at) == piece_) {
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), piece_,
                joined.begin() + static_cast<std::ptrdiff_t>(size));
    size += piece_;
    at += piece_;
    begin_gap();
    while (at < text.size() && !(same_ && have_ == gap_size_) && crosses(text[at])) ++at;
  }
  return size;
}

/// The text between the piece at `at` and the next one where the same text follows that one, too;
/// 0: there is none.
std::size_t PieceRuns::equal_gap(std::string_view text, std::size_t at) const noexcept {
  const std::size_t first = at + piece_;
  for (std::size_t size = 1; size <= kRunGapMax; ++size) {
    const std::size_t second = first + size + piece_;
    if (second + size >= text.size()) return 0;
    if (text[second] == text[first] && span_at(text, first + size) == piece_ &&
        text.substr(second, size) == text.substr(first, size))
      return size;
  }
  return 0;
}

bool PieceRuns::start(const RunStart& run, std::size_t size) noexcept {
  kind_ = run.kind;
  const bool allowed = context_.may_go_to(depth_ + 1);
  if (allowed && stage() == nullptr) {
    const Node* node = context_.add_node(node_, kNames[static_cast<std::size_t>(kind_)], {});
    if (node != nullptr) stage() = context_.open(*node, {.depth = depth_ + 1});
  }
  if (!allowed || stage() == nullptr) {
    context_.skip(node_, size);
    return false;
  }
  ++context_.services().counters.embedded_runs;
  active_ = true;
  in_gap_ = false;
  have_ = 0;
  base64_.reset();
  base32_.reset(run.alphabet);
  hex_.reset();
  return true;
}

std::size_t PieceRuns::resume(std::string_view text) noexcept {
  std::size_t at = 0;
  while (active_ && at < text.size()) {
    if (!in_gap_) {
      at += take_piece(text.substr(at));
    } else if (same_ && have_ == gap_size_) {
      in_gap_ = false;
      have_ = 0;
    } else if (crosses(text[at])) {
      ++at;
    } else if (plain_ && text::is_base64_char(static_cast<std::uint8_t>(text[at]))) {
      in_gap_ = false;
      have_ = 0;
    } else {
      end_run();
    }
  }
  return at;
}

void PieceRuns::begin_gap() noexcept {
  have_ = lines_ = 0;
  same_ = gap_size_ > 0;
  plain_ = true;
}

/// Whether the pieces may go on over a character; false as well where the next one begins.
bool PieceRuns::crosses(char c) noexcept {
  const bool same = same_ && have_ < gap_size_ && c == gap_[have_];
  const bool line = c == '\n';
  const bool plain =
      plain_ && is_between(c) && have_ < kRunGapMax && lines_ + (line ? 1 : 0) <= lines_max_;
  if (!same && !plain) return false;
  same_ = same;
  plain_ = plain;
  lines_ += line ? 1 : 0;
  ++have_;
  return true;
}

/// Up to its end or that of the text. A shorter piece is the last, a longer one is other text.
std::size_t PieceRuns::take_piece(std::string_view text) noexcept {
  const std::size_t size = text::base64_span(as_bytes(text.substr(0, piece_ - have_)));
  std::array<std::uint8_t, kMaxPiece> out;
  const Bytes piece = as_bytes(text.substr(0, size));
  std::size_t consumed = 0;
  std::size_t produced = 0;
  const auto take = [&](auto& decoder) {
    const auto step = decoder.run(piece, out);
    consumed = step.consumed;
    produced = step.produced;
  };
  switch (kind_) {
    case RunKind::base64: take(base64_); break;
    case RunKind::base32: take(base32_); break;
    case RunKind::hex: take(hex_); break;
  }
  have_ += consumed;
  if (produced > 0) put(Bytes(out).first(produced));
  if (consumed == text.size()) return consumed;
  const bool goes_on = text::is_base64_char(static_cast<std::uint8_t>(text[consumed]));
  if (have_ < piece_ || goes_on) {
    end_run();
  } else {
    in_gap_ = true;
    begin_gap();
  }
  return consumed;
}

void PieceRuns::put(Bytes decoded) noexcept {
  if (!active_) return;
  if (context_.expand(decoded.size())) {
    stage()->data(decoded);
    return;
  }
  context_.skip(node_, decoded.size());
  end_run();
}

void PieceRuns::end_run() noexcept {
  if (!active_) return;
  active_ = false;
  std::array<std::uint8_t, 2> out{};
  const std::size_t rest = kind_ == RunKind::base64 ? base64_.finish(out) : 0;
  if (rest > 0 && context_.expand(rest)) stage()->data(Bytes(out).first(rest));
  stage()->boundary();
}

void PieceRuns::pause() noexcept {
  if (active_) stage()->pause();
}

void PieceRuns::finish() noexcept {
  end_run();
  for (const StagePtr& each : stages_)
    if (each) each->finish();
}

}  // namespace outspan::content
