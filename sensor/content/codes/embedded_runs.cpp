#include "content/codes/embedded_runs.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "text/ascii.h"
#include "text/byte_class.h"

namespace outspan::content {
namespace {

/// Encoders wrap at 60 to 76 characters; after a shorter line the next one is other text, unless it
/// is as long.
constexpr std::uint32_t kMinWrappedLine = 32;
/// Shorter pieces are words, see PieceRuns.
constexpr std::uint32_t kMinPiece = kMinBase64;
constexpr std::uint32_t kGapMax = 32;

bool announces_base64(Bytes text, std::size_t at) noexcept {
  constexpr std::string_view kMark = "base64,";
  return at >= kMark.size() && as_text(text.subspan(at - kMark.size(), kMark.size())) == kMark;
}

constexpr std::array<const char*, kRunKinds> kNames{"base64", "base32", "hex"};

}  // namespace

void EmbeddedRuns::data(Bytes text) noexcept {
  std::size_t at = 0;
  measured_ = 0;
  while (at < text.size()) {
    switch (state_) {
      case State::searching: at = search(text, at); break;
      case State::decoding: at += decode(text.subspan(at)); break;
      case State::gap: at += cross_gap(text.subspan(at)); break;
      case State::compare: at += compare_piece(text.subspan(at)); break;
      case State::skipping:
        at += text::base64_span(text.subspan(at));
        if (at < text.size()) state_ = State::searching;
        break;
    }
  }
  measure_to(text, text.size());
}

/// The run goes on at least to `at`, or has ended in front of it.
void EmbeddedRuns::measure_to(Bytes text, std::size_t at) noexcept {
  if (at <= measured_) return;
  if (noise_ && noise_->active()) {
    noise_->data(text.subspan(measured_, at - measured_));
    if (!noise_->active()) end_noise();
  }
  measured_ = at;
}

void EmbeddedRuns::end_noise() noexcept {
  if (!noise_) return;
  noise_->end();
  const std::uint64_t size = noise_->take();
  if (size == 0) return;
  if (opaque_ == nullptr) opaque_ = context_.add_node(node_, "base64", {});
  context_.opaque(opaque_ != nullptr ? *opaque_ : node_, size, "high-entropy");
}

std::size_t EmbeddedRuns::search(Bytes text, std::size_t at) noexcept {
  if (probe_size_ == 0) {
    const std::size_t found = at + text::find_base64_run(text.subspan(at), kMinBase64);
    if (found == text.size()) return found;
    announced_ = announces_base64(text, found);
    at = found;
  }
  const std::size_t more =
      text::base64_span(text.subspan(at, std::min(text.size() - at, kProbe - probe_size_)));
  std::memcpy(probe_.data() + probe_size_, text.data() + at, more);
  probe_size_ += more;
  at += more;
  if (at == text.size() && probe_size_ < kProbe) return at;
  measure_to(text, at);
  const std::string_view run(probe_.data(), probe_size_);
  if (judge()) return at;
  const bool escape = at < text.size() && text::leads_character(static_cast<char>(text[at]));
  measure(run, run.size() == kProbe || escape);
  return at;
}

/// What is neither text nor a known format may still be random bytes.
void EmbeddedRuns::measure(std::string_view run, bool goes_on) noexcept {
  if (!look_for_noise_ || (noise_ && noise_->active())) return;
  const bool line = run.size() >= Base64Noise::kMinLine && run.size() % 4 == 0;
  if (!line && (!goes_on || run.size() < kMinBase64)) return;
  if (!noise_) noise_ = std::make_unique<Base64Noise>();
  noise_->begin(run);
}

/// Decides what the collected beginning of a run is. false: neither text nor a known format.
bool EmbeddedRuns::judge() noexcept {
  const std::string_view run(probe_.data(), std::exchange(probe_size_, 0));
  state_ = run.size() < kProbe ? State::searching : State::skipping;
  const bool announced = std::exchange(announced_, false);
  if (run.size() < kMinBase64 && !announced) return false;
  std::optional<RunStart> found = judge_run(run);
  if (announced && !(found && found->kind == RunKind::hex)) found = RunStart{};
  if (!found) return false;
  if (start(*found, run.size() - found->at)) decode(as_bytes(run).subspan(found->at));
  return true;
}

bool EmbeddedRuns::start(const RunStart& run, std::size_t size) noexcept {
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
  end_noise();  // it is read
  ++context_.services().counters.embedded_runs;
  state_ = State::decoding;
  line_ = 0;
  fresh_line_ = false;
  escape_.reset();
  base64_.reset();
  base32_.reset(run.alphabet);
  hex_.reset();
  return true;
}

std::size_t EmbeddedRuns::decode(Bytes text) noexcept {
  switch (kind_) {
    case RunKind::base64: return decode_with(base64_, text);
    case RunKind::base32: return decode_with(base32_, text);
    case RunKind::hex: break;
  }
  return decode_with(hex_, text);
}

template <class Decoder>
std::size_t EmbeddedRuns::decode_with(Decoder& decoder, Bytes text) noexcept {
  std::array<std::uint8_t, 6144> out;
  std::size_t at = 0;
  while (at < text.size() && state_ == State::decoding) {
    if (!escape_.active()) {
      const auto step = decoder.run(text.subspan(at), out);
      at += step.consumed;
      if (step.consumed > 0) {
        line_ += static_cast<std::uint32_t>(step.consumed);
        fresh_line_ = false;
      }
      if (step.produced > 0) {
        put(Bytes(out).first(step.produced));
        continue;
      }
      if (at == text.size()) break;
    }
    if (!accepts(static_cast<char>(text[at]))) {
      end_run();
      break;  // the stranger belongs to the text around
    }
    ++at;
  }
  return at;
}

/// A character inside a run that is not of the alphabet, or one of an escape. false: it ends the
/// run.
bool EmbeddedRuns::accepts(char c) noexcept {
  if (escape_.active()) return accepts_coded(c);
  if (!text::leads_character(c)) return accepts_between(c);
  escape_.begin(c);
  return true;
}

bool EmbeddedRuns::accepts_coded(char c) noexcept {
  using Reader = text::CharacterReader;
  switch (escape_.feed(c)) {
    case Reader::State::more: return true;
    case Reader::State::none: return false;
    case Reader::State::done: return accepts_character(escape_.character());
    case Reader::State::over: break;
  }
  return accepts_character(escape_.character()) && accepts_character(c);
}

/// One that was coded, or follows one that was.
bool EmbeddedRuns::accepts_character(char c) noexcept {
  const auto in = static_cast<std::uint8_t>(c);
  std::array<std::uint8_t, 4> out{};
  std::size_t consumed = 0;
  std::size_t produced = 0;
  const auto take = [&](auto& decoder) {
    const auto step = decoder.run(Bytes(&in, 1), out);
    consumed = step.consumed;
    produced = step.produced;
  };
  if (state_ == State::decoding && kind_ == RunKind::base64) take(base64_);
  if (state_ == State::decoding && kind_ == RunKind::base32) take(base32_);
  if (state_ == State::decoding && kind_ == RunKind::hex) take(hex_);
  if (consumed == 0) return accepts_between(c);
  ++line_;
  fresh_line_ = false;
  if (produced > 0) put(Bytes(out).first(produced));
  return true;
}

/// What may be between the pieces of a run.
bool EmbeddedRuns::accepts_between(char c) noexcept {
  const bool mark = c == '"' || c == '\'' || c == ',';
  const bool line_end = text::is_line_end(c);
  const bool blank = text::is_blank(c);
  if (state_ == State::gap) return (mark || line_end || blank) && ++gap_size_ <= kGapMax;
  if (line_end && (fresh_line_ || line_ >= kMinWrappedLine)) {
    fresh_line_ = true;
    line_ = 0;
    return true;
  }
  if (blank && fresh_line_) return true;
  if (line_end) return begin_gap(Gap::lines);
  if (blank) return begin_gap(Gap::blanks);
  return mark && begin_gap(Gap::marks);
}

/// Short lines are ordinary for words, and so are blanks and marks: what follows goes on only if it
/// is as long as the piece before, or a shorter last piece.
bool EmbeddedRuns::begin_gap(Gap gap) noexcept {
  if (line_ < kMinPiece) return false;
  gap_ = gap;
  gap_size_ = 1;
  state_ = State::gap;
  return true;
}

std::size_t EmbeddedRuns::cross_gap(Bytes text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && state_ == State::gap) {
    if (!escape_.active() && text::is_base64_char(text[at])) {
      state_ = State::compare;
      break;
    }
    if (!accepts(static_cast<char>(text[at]))) {
      piece_compared(false);
      break;
    }
    ++at;
  }
  return at;
}

std::size_t EmbeddedRuns::compare_piece(Bytes text) noexcept {
  const std::size_t wanted = std::min<std::size_t>(kProbe, line_ + 1);
  const std::size_t more =
      text::base64_span(text.first(std::min(text.size(), wanted - probe_size_)));
  std::memcpy(probe_.data() + probe_size_, text.data(), more);
  probe_size_ += more;
  if (probe_size_ > line_ || probe_size_ == kProbe) {
    piece_compared(false);
  } else if (more < text.size()) {
    const auto c = static_cast<char>(text[more]);
    const bool ends = c == '=' || text::is_line_end(c) || c == '"';
    piece_compared(probe_size_ == line_ || (ends && is_last_piece(c == '=')));
  }
  return more;
}

bool EmbeddedRuns::is_last_piece(bool padded) const noexcept {
  if (probe_size_ == 0) return false;
  return gap_ == Gap::lines || padded || probe_size_ % 4 == 0;  // else it is a word
}

void EmbeddedRuns::piece_compared(bool goes_on) noexcept {
  state_ = State::decoding;
  if (!goes_on) {
    end_run();  // what was compared may begin a run of its own: search() collects the rest
    return;
  }
  line_ = 0;
  fresh_line_ = false;
  const std::array<char, kProbe> piece = probe_;
  decode(as_bytes({piece.data(), std::exchange(probe_size_, 0)}));
}

void EmbeddedRuns::put(Bytes decoded) noexcept {
  if (!context_.expand(decoded.size())) {
    context_.skip(node_, decoded.size());
    end_run();
    state_ = State::skipping;
    return;
  }
  stage()->data(decoded);
}

void EmbeddedRuns::end_run() noexcept {
  if (state_ == State::decoding) {
    std::array<std::uint8_t, 2> out{};
    const std::size_t rest = kind_ == RunKind::base64 ? base64_.finish(out) : 0;
    if (rest > 0 && context_.expand(rest)) stage()->data(Bytes(out).first(rest));
    stage()->boundary();
  }
  state_ = State::searching;
  escape_.reset();
}

void EmbeddedRuns::boundary() noexcept {
  if (state_ == State::gap || state_ == State::compare) piece_compared(is_last_piece(false));
  if (probe_size_ > 0) judge();
  end_run();
  end_noise();
}

void EmbeddedRuns::pause() noexcept {
  if (state_ == State::decoding) stage()->pause();
}

void EmbeddedRuns::finish() noexcept {
  boundary();
  for (const StagePtr& each : stages_)
    if (each) each->finish();
}

}  // namespace outspan::content
