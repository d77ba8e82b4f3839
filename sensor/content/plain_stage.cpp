#include "content/plain_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "text/byte_class.h"
#include "text/charset_guess.h"

namespace outspan::content {
namespace {

/// Random bytes may begin with so many that are text as well.
constexpr std::uint64_t kTextInFront = 32;
/// The first letters of a mark are ASCII.
constexpr std::size_t kMarkLetters = 4;
/// Looked at before it is handed on: it stays in the cache.
constexpr std::size_t kPiece = 65536;

/// Whether bytes that look like text of a code page may be of the declared charset: EBCDIC is no
/// charset that holds ASCII, nor UTF-16, nor EBCDIC with the at sign elsewhere.
bool may_be(UConverter& declared, const text::Guess& guess) noexcept {
  if (guess.at_sign != 0 && text::character_of(declared, guess.at_sign) != U'@') return false;
  const text::Converter guessed = text::open_charset(guess.charset);
  if (guessed == nullptr || text::ascii_in(*guessed) != text::AsciiIs::other)
    return text::ascii_in(declared) != text::AsciiIs::other || guessed == nullptr;
  return text::ascii_in(declared) == text::AsciiIs::other && ucnv_getMaxCharSize(&declared) == 1;
}

}  // namespace

void PlainStage::begin(LookInside look, Bytes beginning) noexcept {
  look_for_archives_ = look == LookInside::yes;
  text_.look_for_noise(look_for_archives_);
  charset_.reset();
  state_ = State::ascii;
  if (const char* wide = text::wide_charset(beginning))
    return convert_from(text::open_charset(wide));
  text::Converter converter = text::open_charset(declared_);
  if (converter == nullptr) return;
  const text::AsciiIs ascii = text::ascii_in(*converter);
  if (ascii == text::AsciiIs::itself || ascii == text::AsciiIs::itself_mostly) return;  // not yet
  const bool is_ascii = text::ascii_span(beginning) == beginning.size();
  if (ascii == text::AsciiIs::other && is_ascii) return;
  const text::Guess guess = is_ascii ? text::Guess() : text::guess_encoding(beginning, {});
  if (guess.encoding == text::Encoding::legacy && !may_be(*converter, guess)) return;
  convert_from(std::move(converter));
}

void PlainStage::convert_from(text::Converter converter) noexcept {
  if (converter)
    charset_ = std::make_unique<CharsetStage>(context_, node_, depth_, std::move(converter), text_);
  state_ = State::decided;
}

void PlainStage::read(Bytes bytes) noexcept {
  std::size_t at = 0;
  while (state_ == State::ascii && at < bytes.size())
    at += pass_ascii(bytes.subspan(at, std::min(bytes.size() - at, kPiece)));
  if (state_ == State::sampling) at += sample(bytes.subspan(at));
  if (at < bytes.size()) hand_on(bytes.subspan(at));
}

std::size_t PlainStage::pass_ascii(Bytes bytes) noexcept {
  const std::size_t size = text::ascii_span(bytes);
  if (size < bytes.size()) state_ = State::sampling;
  ascii_bytes_ += size;
  if (size == 0) return 0;
  const Bytes text = bytes.first(size);
  const std::size_t kept = std::min(before_size_, kBefore - std::min(size, kBefore));
  std::memmove(before_.data(), before_.data() + before_size_ - kept, kept);
  const Bytes tail = text.last(std::min(size, kBefore));
  std::memcpy(before_.data() + kept, tail.data(), tail.size());
  before_size_ = kept + tail.size();
  give(next(), text);
  return size;
}

/// Collects until there is enough to decide; how many of the bytes it took.
std::size_t PlainStage::sample(Bytes bytes) noexcept {
  if (held_size_ == 0 && bytes.size() >= kSample) {
    decide(bytes.first(kSample));
    return 0;
  }
  if (!held_) held_ = context_.services().buffers.take(kSample);
  if (!held_) {
    ++context_.services().counters.budget_memory;
    decide(bytes);
    return 0;
  }
  const std::size_t taken = std::min(bytes.size(), kSample - held_size_);
  std::memcpy(held_.data() + held_size_, bytes.data(), taken);
  held_size_ += taken;
  if (held_size_ == kSample) settle();
  return taken;
}

void PlainStage::decide(Bytes sample) noexcept {
  const Bytes before = Bytes(before_).first(before_size_);
  const text::Guess guess = text::guess_encoding(sample, before);
  state_ = guess.encoding == text::Encoding::bytes ? State::bytes : State::decided;
  if (guess.encoding == text::Encoding::legacy) {
    text::Converter converter = text::open_charset(declared_);
    if (converter == nullptr || !may_be(*converter, guess))
      converter = text::open_charset(guess.charset);
    convert_from(std::move(converter));
  }
  text_.set_in_binary(state_ == State::bytes);
  if (state_ != State::bytes) return;
  blocks_ = std::make_unique<marks::OpaqueBlocks>();
  // What stands in yEnc is measured once it is decoded.
  measured_ = as_text(before).find("=ybegin ") == std::string_view::npos;
  Bytes front = before.last(ascii_bytes_ <= kTextInFront ? static_cast<std::size_t>(ascii_bytes_)
                                                         : std::size_t{0});
  if (look_for_archives_) {
    appended_ = std::make_unique<AppendedFiles>(context_, node_, depth_, *blocks_);
    front = front.first(front.size() - std::min(front.size(), kMarkLetters));
  }
  blocks_->add(front);
  if (appended_) appended_->data(before.last(std::min(before.size(), kMarkLetters)));
}

/// What is held is all there is to go by.
void PlainStage::settle() noexcept {
  if (state_ != State::sampling || held_size_ == 0) return;
  const Bytes held(held_.data(), std::exchange(held_size_, 0));
  decide(held);
  hand_on(held);
  held_.release();
}

void PlainStage::hand_on(Bytes bytes) noexcept {
  give(next(), bytes);
  if (appended_)
    appended_->data(bytes);
  else if (blocks_)
    blocks_->add(bytes);
}

std::uint64_t PlainStage::opaque_bytes() noexcept {
  settle();
  if (appended_) appended_->finish();
  return blocks_ && measured_ ? blocks_->end() : 0;
}

void PlainStage::end_message() noexcept {
  settle();
  if (appended_) appended_->finish();
  appended_.reset();
  blocks_.reset();
  ascii_bytes_ = 0;
  before_size_ = 0;
}

void PlainStage::gap() noexcept {
  settle();
  next().gap();
  if (appended_) appended_->gap();
}

void PlainStage::boundary() noexcept {
  end_message();
  next().boundary();
  text_.set_in_binary(false);
  state_ = State::ascii;
  charset_.reset();
}

void PlainStage::pause() noexcept {
  settle();
  next().pause();
  if (appended_) appended_->pause();
}

void PlainStage::end() noexcept {
  end_message();
  next().finish();
}

}  // namespace outspan::content
