#include "content/codes/embedded_runs.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "marks/marks.h"
#include "text/byte_class.h"
#include "text/hex.h"

namespace outspan::content {
namespace {

/// Encoders wrap at 60 to 76 characters; after a shorter line the next one is other text.
constexpr std::uint32_t kMinWrappedLine = 32;
/// With a blank between the lines (a form, a terminal, an editor that joined them) only the usual
/// lengths count: words follow one another everywhere.
constexpr std::uint32_t kMinJoinedLine = 60;
constexpr std::uint32_t kMaxJoinedLine = 76;
bool may_be_joined(std::uint32_t line) noexcept {
  return line >= kMinJoinedLine && line <= kMaxJoinedLine && line % 4 == 0;
}

bool announces_base64(Bytes text, std::size_t at) noexcept {
  constexpr std::string_view kMark = "base64,";
  return at >= kMark.size() && as_text(text.subspan(at - kMark.size(), kMark.size())) == kMark;
}

/// Whether the bytes that at least kMinBase64 characters stand for are worth reading.
bool good_base64(std::string_view run) noexcept {
  const auto value = [run](std::size_t i) -> std::uint32_t { return text::base64_value(run[i]); };
  std::array<std::uint8_t, marks::kGlanceBytes> glance;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::uint32_t group =
        value(4 * i) << 18 | value(4 * i + 1) << 12 | value(4 * i + 2) << 6 | value(4 * i + 3);
    glance[3 * i] = static_cast<std::uint8_t>(group >> 16);
    glance[3 * i + 1] = static_cast<std::uint8_t>(group >> 8);
    glance[3 * i + 2] = static_cast<std::uint8_t>(group);
  }
  if (!marks::may_be_worth_reading(glance)) return false;
  std::array<std::uint8_t, 24> out{};
  const auto step = text::Base64Decoder().run(as_bytes(run.substr(0, 24)), out);
  return marks::worth_reading(Bytes(out).first(step.produced));
}

bool good_hex(std::string_view run) noexcept {
  std::array<std::uint8_t, EmbeddedRuns::kMinHex / 2> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int byte = text::hex_byte(run[2 * i], run[2 * i + 1]);
    if (byte < 0) return false;
    out[i] = static_cast<std::uint8_t>(byte);
  }
  return marks::may_be_worth_reading(std::span(out).first<marks::kGlanceBytes>()) &&
         marks::worth_reading(out);
}

bool good_base32(std::string_view run, text::Base32 alphabet) noexcept {
  std::array<std::uint8_t, EmbeddedRuns::kMinBase32 / 8 * 5> out;
  text::Base32Decoder decoder;
  decoder.reset(alphabet);
  const auto step = decoder.run(as_bytes(run), out);
  return step.produced == out.size() &&
         marks::may_be_worth_reading(std::span(out).first<marks::kGlanceBytes>()) &&
         marks::worth_reading(out);
}

constexpr std::array<const char*, 3> kNames{"base64", "base32", "hex"};

}  // namespace

void EmbeddedRuns::data(Bytes text) noexcept {
  std::size_t at = 0;
  measured_ = 0;
  while (at < text.size()) {
    switch (state_) {
      case State::searching: at = search(text, at); break;
      case State::decoding: at += decode(text.subspan(at)); break;
      case State::next_line: at += compare_line(text.subspan(at)); break;
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
  const bool escape = at < text.size() && (text[at] == '%' || text[at] == '\\');
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
  const bool all_there = run.size() < kProbe;
  state_ = all_there ? State::searching : State::skipping;
  const bool announced = std::exchange(announced_, false);
  if (run.size() < kMinBase64 && !announced) return false;
  if (run.size() >= kMinHex && good_hex(run)) {
    if (start(Kind::hex, run.size())) decode(as_bytes(run));
    return true;
  }
  if (!announced && run.size() >= kMinBase32 && judge_base32(run)) return true;
  // A path or a parameter may stand before it: "/download/QWxpY2U...", "id_QWxpY2U...".
  for (std::size_t at = 0; at + kMinBase64 <= run.size() || (announced && at == 0); ++at) {
    const bool candidate =
        at == 0 || (text::base64_value(run[at - 1]) >= 62 && text::base64_value(run[at]) < 62);
    if (!candidate) continue;
    if (!announced && !good_base64(run.substr(at))) continue;
    if (start(Kind::base64, run.size() - at)) decode(as_bytes(run).subspan(at));
    return true;
  }
  return false;
}

bool EmbeddedRuns::judge_base32(std::string_view run) noexcept {
  for (const text::Base32 alphabet : {text::Base32::standard, text::Base32::extended_hex}) {
    if (!good_base32(run, alphabet)) continue;
    base32_.reset(alphabet);
    if (start(Kind::base32, run.size())) decode(as_bytes(run));
    return true;
  }
  return false;
}

bool EmbeddedRuns::start(Kind kind, std::size_t size) noexcept {
  StagePtr& stage = stages_[static_cast<std::size_t>(kind)];
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    context_.skip(node_, size);
    return false;
  }
  if (stage == nullptr) {
    const Node* node = context_.add_node(node_, kNames[static_cast<std::size_t>(kind)], {});
    if (node == nullptr) {
      context_.skip(node_, size);
      return false;
    }
    stage = context_.open(*node, {.depth = depth_ + 1});
  }
  end_noise();  // it is read
  ++context_.services().counters.embedded_runs;
  state_ = State::decoding;
  kind_ = kind;
  line_ = 0;
  fresh_line_ = false;
  nibble_ = 16;
  escape_.clear();
  base64_.reset();
  return true;
}

std::size_t EmbeddedRuns::decode(Bytes text) noexcept {
  switch (kind_) {
    case Kind::base64: return decode_digits(base64_, text);
    case Kind::base32: return decode_digits(base32_, text);
    case Kind::hex: break;
  }
  return decode_hex(text);
}

template <class Decoder>
std::size_t EmbeddedRuns::decode_digits(Decoder& decoder, Bytes text) noexcept {
  std::array<std::uint8_t, 6144> out;
  std::size_t at = 0;
  while (at < text.size() && state_ == State::decoding) {
    if (escape_.empty()) {
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
    if (!accepts(text[at])) {
      end_run();
      break;  // the stranger belongs to the text around
    }
    ++at;
  }
  return at;
}

/// Whether the shorter line that was compared is the last one.
bool EmbeddedRuns::ends_run(bool padded) const noexcept {
  if (probe_size_ == 0) return false;
  return !at_blank_ || padded || probe_size_ % 4 == 0;  // else it is a word
}

/// Short lines are ordinary for words, and so are blanks: what follows goes on only if it is as
/// long as the line before, or a shorter last line.
std::size_t EmbeddedRuns::compare_line(Bytes text) noexcept {
  std::size_t at = 0;
  while (probe_size_ == 0 && at < text.size() && (text[at] == '\r' || text[at] == '\n')) ++at;
  const std::size_t more =
      text::base64_span(text.subspan(at, std::min(text.size() - at, line_ + 1 - probe_size_)));
  std::memcpy(probe_.data() + probe_size_, text.data() + at, more);
  probe_size_ += more;
  at += more;
  if (probe_size_ > line_) {
    line_compared(false);
  } else if (at < text.size()) {
    const bool padded = text[at] == '=';
    const bool ends = padded || text[at] == '\r' || text[at] == '\n' || text[at] == '"';
    line_compared(probe_size_ == line_ || (ends && ends_run(padded)));
  }
  return at;
}

void EmbeddedRuns::line_compared(bool goes_on) noexcept {
  state_ = State::decoding;
  if (!goes_on) {
    end_run();  // what was compared may begin a run of its own: search() collects the rest
    return;
  }
  line_ = 0;
  fresh_line_ = false;
  const std::array<char, kProbe> line = probe_;
  decode(as_bytes({line.data(), std::exchange(probe_size_, 0)}));
}

/// A byte inside a run that is not of the alphabet: a line end, an indent, an escape. false: it
/// ends the run.
bool EmbeddedRuns::accepts(std::uint8_t c) noexcept {
  if (!escape_.empty()) {
    escape_.push_back(static_cast<char>(c));
    if (escape_ == "%2" || escape_ == "%0" || escape_ == "%3") return true;
    const std::string escape = std::move(escape_);
    escape_.clear();
    if (escape == "\\n" || escape == "\\r" || escape == "%0A" || escape == "%0D" ||
        escape == "%0a" || escape == "%0d")
      return accepts('\n');
    char character = 0;
    if (escape == "\\/" || escape == "%2F" || escape == "%2f") character = '/';
    if (escape == "%2B" || escape == "%2b") character = '+';
    if (character == 0 || kind_ != Kind::base64) return false;
    std::array<std::uint8_t, 4> out{};
    const auto in = static_cast<std::uint8_t>(character);
    const auto step = base64_.run(Bytes(&in, 1), out);
    ++line_;
    if (step.produced > 0) put(Bytes(out).first(step.produced));
    return true;
  }
  if (c == '\\' || c == '%') {
    escape_.assign(1, static_cast<char>(c));
    return true;
  }
  if (c == '\r' || c == '\n') {
    if (!fresh_line_ && line_ < kMinWrappedLine) {
      if (line_ < kMinBase64 || kind_ == Kind::hex) return false;
      state_ = State::next_line;
      at_blank_ = false;
      return true;
    }
    fresh_line_ = true;
    line_ = 0;
    return true;
  }
  if (c == ' ' && !fresh_line_ && may_be_joined(line_)) {
    state_ = State::next_line;
    at_blank_ = true;
    return true;
  }
  return fresh_line_ && (c == ' ' || c == '\t');
}

std::size_t EmbeddedRuns::decode_hex(Bytes text) noexcept {
  std::array<std::uint8_t, 4096> out;
  std::size_t at = 0;
  while (at < text.size() && state_ == State::decoding) {
    std::size_t produced = 0;
    while (at < text.size() && produced < out.size()) {
      const std::uint8_t digit = text::hex_value(text[at]);
      if (digit > 15) break;
      ++at;
      ++line_;
      fresh_line_ = false;
      if (nibble_ > 15) {
        nibble_ = digit;
      } else {
        out[produced++] = static_cast<std::uint8_t>(nibble_ << 4 | digit);
        nibble_ = 16;
      }
    }
    if (produced > 0) put(Bytes(out).first(produced));
    if (at == text.size() || text::hex_value(text[at]) <= 15) continue;
    if ((text[at] == '\r' || text[at] == '\n') && (fresh_line_ || line_ >= kMinWrappedLine)) {
      fresh_line_ = true;
      line_ = 0;
      ++at;
    } else {
      end_run();
    }
  }
  return at;
}

void EmbeddedRuns::put(Bytes decoded) noexcept {
  if (!context_.expand(decoded.size())) {
    context_.skip(node_, decoded.size());
    end_run();
    state_ = State::skipping;
    return;
  }
  stages_[static_cast<std::size_t>(kind_)]->data(decoded);
}

void EmbeddedRuns::end_run() noexcept {
  if (state_ == State::decoding) {
    Stage& stage = *stages_[static_cast<std::size_t>(kind_)];
    std::array<std::uint8_t, 2> out{};
    const std::size_t rest = kind_ == Kind::base64 ? base64_.finish(out) : 0;
    if (rest > 0 && context_.expand(rest)) stage.data(Bytes(out).first(rest));
    stage.boundary();
  }
  state_ = State::searching;
  escape_.clear();
}

void EmbeddedRuns::boundary() noexcept {
  if (state_ == State::next_line) line_compared(ends_run(false));
  if (probe_size_ > 0) judge();
  end_run();
  end_noise();
}

void EmbeddedRuns::pause() noexcept {
  if (state_ == State::decoding) stages_[static_cast<std::size_t>(kind_)]->pause();
}

void EmbeddedRuns::finish() noexcept {
  boundary();
  for (const StagePtr& stage : stages_)
    if (stage) stage->finish();
}

}  // namespace outspan::content
