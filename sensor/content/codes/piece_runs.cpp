#include "content/codes/piece_runs.h"

#include <algorithm>

#include "text/byte_class.h"

namespace outspan::content {
namespace {

/// Between two pieces, at most: an indent.
constexpr std::size_t kGapMax = 32;
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
  const std::size_t piece = span_at(text, at);
  if (piece < kMinPiece || piece > kMaxPiece) return false;
  std::array<char, kJudged + kMaxPiece> joined;
  std::size_t size = 0;
  std::size_t pieces = 0;
  std::size_t next = at;
  while (size < kJudged && next < text.size() && span_at(text, next) == piece) {
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(next), piece, joined.begin() + size);
    size += piece;
    ++pieces;
    next += piece;
    const std::size_t gap = next;
    while (next < text.size() && next - gap <= kGapMax && is_between(text[next])) ++next;
    const std::string_view between = text.substr(gap, next - gap);
    if (pieces == 1) lines_max_ = static_cast<std::size_t>(std::ranges::count(between, '\n'));
    if (static_cast<std::size_t>(std::ranges::count(between, '\n')) > lines_max_) break;
  }
  if (pieces < kMinPieces || size < kMinBase64) return false;
  const auto found = judge_run({joined.data(), size});
  if (!found || found->at != 0) return false;
  piece_ = piece;
  return start(*found, text.size() - at);
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
      continue;
    }
    if (text::is_base64_char(static_cast<std::uint8_t>(text[at]))) {
      in_gap_ = false;
      have_ = 0;
    } else if (crosses(text[at])) {
      ++at;
    } else {
      end_run();
    }
  }
  return at;
}

/// Whether the pieces may go on over a character.
bool PieceRuns::crosses(char c) noexcept {
  lines_ += c == '\n' ? 1 : 0;
  return is_between(c) && ++have_ <= kGapMax && lines_ <= lines_max_;
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
    have_ = lines_ = 0;
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
