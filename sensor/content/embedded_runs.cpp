#include "content/embedded_runs.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "content/byte_class.h"
#include "content/magic.h"
#include "content/node_stage.h"

namespace outspan::content {
namespace {

constexpr std::size_t kBlock = 16384;
/// Encoders wrap at 60 to 76 characters; after a shorter line the next one is other text.
constexpr std::uint32_t kMinWrappedLine = 32;

/// The first run of at least `length` (17 to 32) set bits, or the run at the end; npos for none.
std::size_t find_run(const std::uint64_t* masks, std::size_t size, std::size_t length) noexcept {
  std::size_t running = 0;  // set bits up to the current word
  for (std::size_t word = 0; word * 64 < size; ++word) {
    const std::uint64_t mask = masks[word];
    const auto head = static_cast<std::size_t>(std::countr_one(mask));
    if (running + head >= length) return word * 64 - running;
    std::uint64_t inside = mask & mask >> 1;
    inside &= inside >> 2;
    inside &= inside >> 4;
    inside &= inside >> 8;  // 16 in a row
    inside &= inside >> (length - 16);
    if (inside != 0) return word * 64 + static_cast<std::size_t>(std::countr_zero(inside));
    running = head == 64 ? running + 64 : static_cast<std::size_t>(std::countl_one(mask));
  }
  // Bits behind the end are 0, so a run at the end shows in front of them.
  if (size == 0) return std::string_view::npos;
  const std::size_t used = (size - 1) % 64 + 1;
  const std::uint64_t last = masks[(size - 1) / 64] << (64 - used);
  auto at_end = static_cast<std::size_t>(std::countl_one(last));
  if (at_end >= used) {
    at_end = used;
    std::size_t word = (size - 1) / 64;
    while (word-- > 0) {
      const auto ones = static_cast<std::size_t>(std::countl_one(masks[word]));
      at_end += ones;
      if (ones < 64) break;
    }
  }
  return at_end == 0 ? std::string_view::npos : size - at_end;
}

bool announces_base64(Bytes text, std::size_t at) noexcept {
  constexpr std::string_view kMark = "base64,";
  return at >= kMark.size() && as_text(text.subspan(at - kMark.size(), kMark.size())) == kMark;
}

bool good_base64(std::string_view run) noexcept {
  std::array<std::uint8_t, 24> out{};
  const auto step = Base64Decoder().run(as_bytes(run.substr(0, 24)), out);
  return worth_reading(Bytes(out).first(step.produced));
}

bool good_hex(std::string_view run) noexcept {
  std::array<std::uint8_t, EmbeddedRuns::kMinHex / 2> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t high = hex_value(static_cast<std::uint8_t>(run[2 * i]));
    const std::uint8_t low = hex_value(static_cast<std::uint8_t>(run[2 * i + 1]));
    if (high > 15 || low > 15) return false;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return worth_reading(out);
}

}  // namespace

void EmbeddedRuns::data(Bytes text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    switch (state_) {
      case State::searching: at = search(text, at); break;
      case State::base64: at += decode_base64(text.subspan(at)); break;
      case State::hex: at += decode_hex(text.subspan(at)); break;
      case State::skipping:
        while (at < text.size() && is_base64_char(text[at])) ++at;
        if (at < text.size()) state_ = State::searching;
        break;
    }
  }
}

std::size_t EmbeddedRuns::search(Bytes text, std::size_t at) noexcept {
  if (probe_.empty()) {
    std::array<std::uint64_t, kBlock / 64> masks;
    const Bytes block = text.subspan(at, std::min(kBlock, text.size() - at));
    base64_masks(block, masks.data());
    const std::size_t found = find_run(masks.data(), block.size(), kMinBase64);
    if (found == std::string_view::npos) return at + block.size();
    announced_ = announces_base64(text, at + found);
    at += found;
  }
  while (at < text.size() && probe_.size() < kProbe && is_base64_char(text[at]))
    probe_.push_back(static_cast<char>(text[at++]));
  if (at < text.size() || probe_.size() == kProbe) judge();
  return at;
}

/// Decides what the collected beginning of a run is.
void EmbeddedRuns::judge() noexcept {
  const std::string run = std::move(probe_);
  probe_.clear();
  const bool all_there = run.size() < kProbe;
  state_ = all_there ? State::searching : State::skipping;
  const bool announced = std::exchange(announced_, false);
  if (run.size() < kMinBase64 && !announced) return;
  if (run.size() >= kMinHex && good_hex(run)) {
    if (start(State::hex, run.size())) decode_hex(as_bytes(run));
    return;
  }
  // A path or a parameter may stand before it: "/download/QWxpY2U...", "id_QWxpY2U...".
  for (std::size_t at = 0; at + kMinBase64 <= run.size() || (announced && at == 0); ++at) {
    const bool candidate = at == 0 || (base64_value(static_cast<std::uint8_t>(run[at - 1])) >= 62 &&
                                       base64_value(static_cast<std::uint8_t>(run[at])) < 62);
    if (!candidate) continue;
    if (!announced && !good_base64(std::string_view(run).substr(at))) continue;
    if (start(State::base64, run.size() - at)) decode_base64(as_bytes(run).subspan(at));
    return;
  }
}

bool EmbeddedRuns::start(State state, std::size_t size) noexcept {
  StagePtr& stage = state == State::hex ? hex_ : base64_;
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    context_.skip(node_, size);
    return false;
  }
  if (stage == nullptr) {
    const Node* node = context_.add_node(node_, state == State::hex ? "hex" : "base64", {});
    if (node == nullptr) {
      context_.skip(node_, size);
      return false;
    }
    stage = std::make_unique<NodeStage>(context_, *node, NodeOptions{.depth = depth_ + 1});
  }
  ++context_.services().counters.embedded_runs;
  state_ = state;
  line_ = 0;
  fresh_line_ = false;
  nibble_ = 16;
  escape_.clear();
  decoder_.reset();
  return true;
}

std::size_t EmbeddedRuns::decode_base64(Bytes text) noexcept {
  std::array<std::uint8_t, 6144> out;
  std::size_t at = 0;
  while (at < text.size() && state_ == State::base64) {
    if (escape_.empty()) {
      const auto step = decoder_.run(text.subspan(at), out);
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
    if (character == 0) return false;
    std::array<std::uint8_t, 4> out{};
    const auto in = static_cast<std::uint8_t>(character);
    const auto step = decoder_.run(Bytes(&in, 1), out);
    ++line_;
    if (step.produced > 0) put(Bytes(out).first(step.produced));
    return true;
  }
  if (c == '\\' || c == '%') {
    escape_.assign(1, static_cast<char>(c));
    return true;
  }
  if (c == '\r' || c == '\n') {
    if (!fresh_line_ && line_ < kMinWrappedLine) return false;
    fresh_line_ = true;
    line_ = 0;
    return true;
  }
  return fresh_line_ && (c == ' ' || c == '\t');
}

std::size_t EmbeddedRuns::decode_hex(Bytes text) noexcept {
  std::array<std::uint8_t, 4096> out;
  std::size_t at = 0;
  while (at < text.size() && state_ == State::hex) {
    std::size_t produced = 0;
    while (at < text.size() && produced < out.size()) {
      const std::uint8_t digit = hex_value(text[at]);
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
    if (at == text.size() || hex_value(text[at]) <= 15) continue;
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
  (state_ == State::hex ? hex_ : base64_)->data(decoded);
}

void EmbeddedRuns::end_run() noexcept {
  if (state_ == State::base64) {
    std::array<std::uint8_t, 2> out{};
    const std::size_t rest = decoder_.finish(out);
    if (rest > 0 && context_.expand(rest)) base64_->data(Bytes(out).first(rest));
    base64_->boundary();
  } else if (state_ == State::hex) {
    hex_->boundary();
  }
  state_ = State::searching;
  escape_.clear();
}

void EmbeddedRuns::boundary() noexcept {
  if (!probe_.empty()) judge();
  end_run();
}

void EmbeddedRuns::pause() noexcept {
  if (state_ == State::base64) base64_->pause();
  if (state_ == State::hex) hex_->pause();
}

void EmbeddedRuns::finish() noexcept {
  boundary();
  if (base64_) base64_->finish();
  if (hex_) hex_->finish();
}

}  // namespace outspan::content
