#include "content/chain/decompress_stage.h"

#include <algorithm>
#include <utility>

namespace outspan::content {

DecompressStage::DecompressStage(ObjectContext& context, const Node& node, std::uint32_t depth,
                                 Coding coding, StagePtr next, std::uint64_t* following) noexcept
    : Stage(context, node),
      depth_(depth),
      coding_(coding),
      next_(std::move(next)),
      following_(following),
      metadata_(coding) {
  metadata_.restart();
  output_at_ = context_.wire_now();
  decompressor_ = context_.services().decompressors.take(coding);
  const std::uint64_t wanted = decompressor_->memory_bytes();
  if (context_.services().memory.take(wanted)) {
    memory_ = wanted;
  } else {
    ++context_.services().counters.budget_memory;
    decompressor_.reset();
  }
}

DecompressStage::~DecompressStage() {
  context_.services().memory.give(memory_);
  context_.services().decompressors.give(coding_, std::move(decompressor_));
}

/// false: there was no memory for it.
bool DecompressStage::ready() noexcept {
  if (decompressor_ == nullptr && state_ != State::given_up) {
    context_.wire_at(this, 0);
    give_up(nullptr);
  }
  return decompressor_ != nullptr;
}

std::size_t DecompressStage::take(Bytes bytes) noexcept {
  add(bytes.size());
  if (!ready()) {
    claim(As::unread, pending());
    return bytes.size();
  }
  context_.wire_at(this, 0);
  const std::size_t taken = decode(bytes, 0);
  give_back(bytes.size() - taken);
  return taken;
}

void DecompressStage::read(Bytes bytes) noexcept {
  ready();
  std::size_t at = 0;
  while (at < bytes.size()) {
    context_.wire_at(this, at);
    switch (state_) {
      case State::running: at += decode(bytes.subspan(at), at); break;
      case State::between:
        if (next_stream(bytes.subspan(at))) {
          decompressor_->reset();
          metadata_.restart();
          state_ = State::running;
          any_ = false;
        } else {
          if (following_ == nullptr) next_->boundary();
          state_ = State::trailing;
        }
        break;
      case State::trailing:
        trailing(bytes.subspan(at));
        at = bytes.size();
        break;
      case State::given_up:
        leave_unread();
        at = bytes.size();
        break;
    }
  }
  context_.wire_at(this, bytes.size());
}

/// Decodes until a buffer is full, the input is used up or the stream ends.
std::size_t DecompressStage::decode(Bytes bytes, std::size_t base) noexcept {
  Buffer out = context_.services().buffers.take(BufferPool::kSizes.back());
  if (!out) {
    ++context_.services().counters.budget_memory;
    give_up(nullptr);
    return bytes.size();
  }
  if (!std::exchange(started_, true)) output_at_ = context_.wire_of(this, base);
  std::size_t at = 0;
  bool any = false;
  while (true) {
    Bytes in = bytes.subspan(at);
    if (coding_ == Coding::brotli) in = in.first(std::min(in.size(), QuietSlices::kBytes));
    const auto step = decompressor_->run(in, {out.data(), out.capacity()});
    look_aside(in.first(step.consumed), step.produced > 0);
    if (step.passed_over) passed_over(in.first(step.consumed));
    at += step.consumed;
    take_account(step, base + at);
    any_ = any_ || step.produced > 0;
    any = any || step.produced > 0;
    if (step.produced > 0) {
      if (!context_.expand(step.produced)) {
        context_.wire_at(this, base + at);
        give_up(nullptr);
        return bytes.size();
      }
      next_->data(Bytes(out.data(), step.produced));
    }
    if (step.state == Decompressor::State::damaged) {
      ++context_.services().counters.damaged;
      // Where in what it took last the damage stands is not known: none of that counts as read.
      context_.wire_at(this, any ? base + at - step.consumed : base);
      give_up("damaged");
      return bytes.size();
    }
    if (step.state == Decompressor::State::ended) {
      state_ = State::between;
      return at;
    }
    if (step.produced == out.capacity()) continue;
    if (at == bytes.size()) break;
    if (step.consumed == 0 && step.produced == 0) {  // it does not go on, and does not say why
      context_.wire_at(this, base + at);
      give_up("damaged");
      break;
    }
  }
  return bytes.size();
}

/// `used`: what the decoder has taken.
void DecompressStage::look_aside(Bytes used, bool gave_output) noexcept {
  if (!metadata_.ended()) {
    passed_over(metadata_.take(used));
    if (metadata_.ended() && aside_) aside_->boundary();
  }
  if (coding_ == Coding::brotli && !used.empty())
    slices_.add(
        used, gave_output, [this](Bytes bytes) { passed_over(bytes); },
        [this] { aside_->boundary(); });
}

void DecompressStage::passed_over(Bytes bytes) noexcept {
  if (bytes.empty()) return;
  if (!aside_) aside_ = context_.open_plain(node_, {.depth = depth_}, LookInside::yes);
  aside_->data(bytes);
}

void DecompressStage::trailing(Bytes bytes) noexcept {
  if (following_ == nullptr) return give(*next_, bytes);
  claim(As::decoded, bytes.size());  // by the caller
  *following_ += bytes.size();
}

/// `rest` is not empty, and may be cut behind its first byte.
bool DecompressStage::next_stream(Bytes rest) const noexcept {
  const auto second = [rest](std::uint8_t byte) { return rest.size() < 2 || rest[1] == byte; };
  if (coding_ == Coding::gzip) return rest[0] == 0x1f && second(0x8b);
  if (coding_ != Coding::zstd) return false;
  // A frame, or a skippable one.
  return (rest[0] == 0x28 && second(0xb5)) || (rest[0] >= 0x50 && rest[0] < 0x60 && second(0x2a));
}

void DecompressStage::give_up(const char* reason) noexcept {
  reason_ = reason;
  state_ = State::given_up;
  given_up_at_ = context_.wire_now();
  leave_unread();
  quiet_ = 0;
}

void DecompressStage::leave_unread() noexcept {
  unread_bytes_ += pending();
  claim(As::unread, pending());
}

/// Claims what came out. Of what the decoder still holds nothing has come yet: it stays pending.
void DecompressStage::take_account(const Decompressor::Step& step, std::size_t at) noexcept {
  if (step.passed_over) {
    claim(As::decoded, step.consumed);
    if (quiet_ == 0) output_at_ = context_.wire_of(this, at);
    return;
  }
  quiet_ += step.consumed;
  const bool ended = step.state == Decompressor::State::ended;
  if (step.state == Decompressor::State::damaged || (step.produced == 0 && !ended)) return;
  const std::uint64_t held = ended ? 0 : std::min<std::uint64_t>(decompressor_->held(), quiet_);
  claim(As::decoded, quiet_ - held);
  quiet_ = held;
  output_at_ = context_.wire_of(this, at);
  output_at_ -= std::min(held, output_at_);
}

/// The stream does not go on. What nothing has come of was not read, whatever it is.
void DecompressStage::cut() noexcept {
  constexpr std::uint64_t kTrailerBytes = 8;  // of gzip: a checksum and a size
  if (state_ != State::running || quiet_ == 0) return;
  if (any_ && quiet_ <= kTrailerBytes) return claim(As::structure, std::exchange(quiet_, 0));
  give_up(context_.expanded_enough() ? nullptr : "damaged");
  given_up_at_ = std::min(output_at_, given_up_at_);
}

/// Enters what was not decoded into the ledger.
void DecompressStage::settle() noexcept {
  if (state_ != State::given_up) return;
  // What was held back for a stage before this one has no place of its own on the wire.
  const std::uint64_t now = context_.wire_now();
  const std::uint64_t bytes = now > given_up_at_ ? now - given_up_at_ : on_wire(unread_bytes_);
  given_up_at_ = now;
  unread_bytes_ = 0;
  if (reason_ == nullptr)
    context_.skip(node_, bytes);
  else
    context_.opaque(node_, bytes, reason_);
}

void DecompressStage::pause() noexcept {
  next_->pause();
  if (aside_) aside_->pause();
}

void DecompressStage::gap() noexcept {
  if (state_ == State::running && started_) give_up("gap");
  if (aside_) aside_->gap();
  next_->gap();
}

void DecompressStage::boundary() noexcept {
  cut();
  settle();
  if (decompressor_) {
    decompressor_->reset();
    metadata_.restart();
    state_ = State::running;
    started_ = any_ = false;
    output_at_ = context_.wire_now();
  }
  next_->boundary();
}

void DecompressStage::end() noexcept {
  cut();
  settle();
  next_->finish();
  if (aside_) aside_->finish();
}

}  // namespace outspan::content
