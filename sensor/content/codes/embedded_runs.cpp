#include "content/codes/embedded_runs.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/codes/run_borders.h"
#include "text/ascii.h"
#include "text/byte_class.h"

namespace outspan::content {
namespace {

/// Encoders wrap at 60 to 76 characters; after a shorter line the next one is other text, unless it
/// is as long.
constexpr std::uint32_t kMinWrappedLine = 60;
/// Shorter pieces are words, see PieceRuns.
constexpr std::uint32_t kMinPiece = kMinBase64;
constexpr std::size_t kMaxGapWord = 3;

bool announces_base64(Bytes text, std::size_t at) noexcept {
  constexpr std::string_view kMark = "base64,";
  return at >= kMark.size() && as_text(text.subspan(at - kMark.size(), kMark.size())) == kMark;
}

constexpr std::array<const char*, kRunKinds> kNames{"base64", "base32", "hex"};

}  // namespace

void EmbeddedRuns::data(const WindowCore& core) noexcept {
  const Bytes text = as_bytes(core.text());
  std::size_t at = 0;
  measured_ = 0;
  while (at < text.size()) {
    switch (state_) {
      case State::searching: at = search(core, at); break;
      case State::decoding: at += decode(text.subspan(at)); break;
      case State::gap: at += cross_gap(text.subspan(at)); break;
      case State::compare: at += compare_piece(text.subspan(at)); break;
      case State::skipping:
        at = text::next_gap(core.masks.base64(), core.begin + at, core.end) - core.begin;
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

std::size_t EmbeddedRuns::search(const WindowCore& core, std::size_t at) noexcept {
  const Bytes text = as_bytes(core.text());
  if (probe_size_ == 0 && !escape_.active()) {
    const std::size_t found =
        text::next_run(core.masks.base64(), core.begin + at, core.end, kMinBase64) - core.begin;
    const bool cut = found > at && text::leads_character(static_cast<char>(text[found - 1]));
    if (found == text.size() && !cut) return found;
    at = begin_over_escapes(text, at, found);
    announced_ = announces_base64(text, at);
  }
  at = collect(text, at);
  if (at == text.size() && probe_size_ < kProbe) return at;
  measure_to(text, at);
  const std::string_view run(probe_.data(), probe_size_);
  if (judge()) return at;
  const bool escape = at < text.size() && text::leads_character(static_cast<char>(text[at]));
  measure(run, run.size() >= kProbe || escape);
  // In "\nQWxp" the n is of no run.
  return escape && state_ == State::searching ? at + escape_length(text, at) : at;
}

/// Collects the beginning of a run, some of whose characters may be written as escapes.
std::size_t EmbeddedRuns::collect(Bytes text, std::size_t at) noexcept {
  if (escape_.active() && !finish_escape(text, at)) return at;
  while (at < text.size() && probe_size_ < kProbe) {
    if (const std::string_view rest = as_text(text.subspan(at));
        text::leads_character(rest[0]) && text::may_be_cut(rest)) {
      escape_.begin(rest[0]);
      for (const char c : rest.substr(1)) escape_.feed(c);
      return text.size();
    }
    if (const std::size_t length = coded_run_character(text, at); length > 0) {
      at += length;
      continue;
    }
    const std::size_t more =
        text::base64_span(text.subspan(at, std::min(text.size() - at, kProbe - probe_size_)));
    if (more == 0) break;
    std::memcpy(probe_.data() + probe_size_, text.data() + at, more);
    probe_size_ += more;
    at += more;
  }
  return at;
}

/// Reads on in an escape that the end of the text before cut. false: it is none of the run's, or
/// goes on still.
bool EmbeddedRuns::finish_escape(Bytes text, std::size_t& at) noexcept {
  using Reader = text::CharacterReader;
  Reader::State state = Reader::State::more;
  for (; at < text.size() && state == Reader::State::more; ++at)
    state = escape_.feed(static_cast<char>(text[at]));
  if (state == Reader::State::over) --at;
  const auto c = static_cast<std::uint8_t>(escape_.character());
  const bool of_run = (state == Reader::State::done || state == Reader::State::over) &&
                      text::is_base64_char(c) && probe_size_ < kProbe;
  if (of_run) probe_[probe_size_++] = static_cast<char>(c);
  return of_run;
}

/// Adds the character of the alphabet that is written as an escape at `at`; bytes of that, 0: there
/// is none.
std::size_t EmbeddedRuns::coded_run_character(Bytes text, std::size_t at) noexcept {
  if (!text::leads_character(static_cast<char>(text[at]))) return 0;
  std::array<char, text::kCharacterBytes> out{};
  const auto coded = text::coded_character(as_text(text.subspan(at)), out.data());
  if (coded.size != 1 || !text::is_base64_char(static_cast<std::uint8_t>(out[0]))) return 0;
  probe_[probe_size_++] = out[0];
  return coded.length;
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
  first_piece_ = true;
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
    if (begins_hex_literal(text, at) || !accepts(static_cast<char>(text[at]))) {
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
    case Reader::State::none: return accepts_between(c);  // "\\" at the end of a line
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
  const bool line_end = text::is_line_end(c);
  const bool blank = text::is_blank(c);
  const bool long_line = line_ >= kMinWrappedLine && in_whole_groups();
  if (state_ != State::gap && line_end && (fresh_line_ || long_line)) {
    fresh_line_ = true;
    first_piece_ = false;
    line_ = 0;
    return true;
  }
  if (state_ != State::gap && blank && fresh_line_) return true;
  const bool mark = c == '"' || c == '\'' || c == ',';
  return go_on_in_gap(line_end ? Gap::lines
                      : blank  ? Gap::blanks
                      : mark   ? Gap::marks
                               : Gap::others);
}

/// Short lines are ordinary for words, and so are blanks and marks: what follows goes on only if it
/// is as long as the piece before, or a shorter last piece.
bool EmbeddedRuns::go_on_in_gap(Gap gap) noexcept {
  if (state_ == State::gap) {
    if (gap == Gap::others) gap_ = gap;
    return ++gap_size_ <= kRunGapMax;
  }
  if (line_ < kMinPiece) return false;
  gap_ = gap;
  gap_size_ = 1;
  state_ = State::gap;
  return true;
}

/// Lines of other lengths are seldom those of one run.
bool EmbeddedRuns::in_whole_groups() const noexcept {
  constexpr std::array<std::uint32_t, kRunKinds> kGroup{4, 8, 2};
  return line_ % kGroup[static_cast<std::size_t>(kind_)] == 0;
}

std::size_t EmbeddedRuns::cross_gap(Bytes text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && state_ == State::gap) {
    if (!escape_.active() && text::is_base64_char(text[at])) {
      state_ = State::compare;
      break;
    }
    if (begins_hex_literal(text, at) || !accepts(static_cast<char>(text[at]))) {
      piece_compared(false);
      break;
    }
    ++at;
  }
  return at;
}

std::size_t EmbeddedRuns::compare_piece(Bytes text) noexcept {
  const std::size_t wanted = std::min<std::size_t>(kPiece, line_ + 1);
  const std::size_t more =
      text::base64_span(text.first(std::min(text.size(), wanted - probe_size_)));
  std::memcpy(probe_.data() + probe_size_, text.data(), more);
  probe_size_ += more;
  if (probe_size_ > line_ || probe_size_ == kPiece) {
    piece_compared(probe_size_ <= line_ && !is_own_text(text.subspan(more)));
  } else if (more < text.size()) {
    const auto c = static_cast<char>(text[more]);
    const bool ends = c == '=' || text::is_line_end(c) || c == '"';
    const bool goes_on = probe_size_ == line_ || (ends && is_last_piece(c == '='));
    if (goes_on || !is_of_gap()) piece_compared(goes_on && !is_own_text(text.subspan(more)));
  }
  return more;
}

/// A few characters of the alphabet are of what is between the pieces: "<br>", " + ", "- ".
bool EmbeddedRuns::is_of_gap() noexcept {
  if (probe_size_ > kMaxGapWord || gap_size_ + probe_size_ > kRunGapMax) return false;
  gap_ = Gap::others;
  gap_size_ += static_cast<std::uint32_t>(std::exchange(probe_size_, 0));
  state_ = State::gap;
  return true;
}

bool EmbeddedRuns::is_last_piece(bool padded) const noexcept {
  if (probe_size_ == 0) return false;
  if (gap_ == Gap::lines || padded) return true;
  return probe_size_ % 4 == 0 && (gap_ != Gap::others || probe_size_ > 4);  // else it is a word
}

void EmbeddedRuns::piece_compared(bool goes_on) noexcept {
  state_ = State::decoding;
  if (!goes_on) {
    end_run();  // what was compared may begin a run of its own: search() collects the rest
    return;
  }
  line_ = 0;
  fresh_line_ = first_piece_ = false;
  const std::array<char, kPiece> piece = probe_;
  decode(as_bytes({piece.data(), std::exchange(probe_size_, 0)}));
}

/// Whether the piece is a text of its own, which only happens to be as long as the one before it.
/// `after`: what follows it.
bool EmbeddedRuns::is_own_text(Bytes after) const noexcept {
  const bool two_rows = first_piece_ && probe_size_ < line_;
  if (in_whole_groups() && !two_rows && !lengths_differ(after, line_)) return false;
  const auto own = judge_run({probe_.data(), probe_size_});
  return own && own->at == 0;
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
