#include "content/codes/dense_codes.h"

#include <algorithm>
#include <utility>

#include "content/codes/run_borders.h"
#include "text/byte_class.h"
#include "text/coded_character.h"

namespace outspan::content {
namespace {

/// Of a block that is dense, see text::TextMasks.
constexpr std::size_t kDenseBytes = 64;
/// Longer runs are not in pieces, and no fields.
constexpr std::size_t kLongRun = 512;
/// Of a line, besides its only field.
constexpr std::size_t kFewMore = 6;

bool is_code(std::string_view raw, std::size_t at) noexcept {
  return text::is_base64_char(static_cast<std::uint8_t>(raw[at]));
}

}  // namespace

void DenseCodes::data(const WindowCore& core) noexcept {
  std::size_t at = core.begin + std::exchange(ahead_, 0);
  pieces_tried_ = 0;
  if (readers_) readers_->pieces.next_text();
  if (readers_ && readers_->pieces.active() && at < core.end)
    at += readers_->pieces.resume(core.raw.substr(at, core.end - at));
  while (at < core.end) {
    const std::size_t dense = find_dense(core, at);
    if (dense >= core.end) return;
    at = take(core.raw, at, dense, core.end);
  }
  ahead_ = at - core.end;
}

/// From `at` on: the 64 bytes there, which are of two blocks, or else the next whole block.
std::size_t DenseCodes::find_dense(const WindowCore& core, std::size_t at) noexcept {
  std::size_t block = at / kDenseBytes;
  if (at % kDenseBytes != 0) {
    const WindowMasks::Lease here(context_.services().masks);
    here->classify_all(core.raw.substr(at, std::min(kDenseBytes, core.end - at)));
    if (here->dense()[0] != 0) return at;
    ++block;
  }
  const std::size_t blocks = (core.end + kDenseBytes - 1) / kDenseBytes;
  return text::next_bit(core.masks.dense(), block, blocks) * kDenseBytes;
}

/// Where pieces begin, at `at` or a little after it; `core_end`: nowhere.
std::size_t DenseCodes::begin_pieces(std::string_view raw, std::size_t at,
                                     std::size_t core_end) noexcept {
  const std::size_t end = std::min(core_end, at + kDenseBytes);
  at = std::max(at, pieces_tried_);  // short lines come here several times
  pieces_tried_ = std::max(end, pieces_tried_);
  while (at < end) {
    if (at > 0 && text::leads_character(raw[at - 1]))  // "\\nQWxp": the n is not of the piece
      at += escape_length(as_bytes(raw), at - 1) - 1;
    if (at < end && readers_->pieces.begin(raw, at)) return at;
    while (at < end && is_code(raw, at)) ++at;
    while (at < end && !is_code(raw, at)) ++at;
  }
  return core_end;
}

/// Text is dense from `at` on; all before `from` was read. Where to go on.
std::size_t DenseCodes::take(std::string_view raw, std::size_t from, std::size_t at,
                             std::size_t core_end) noexcept {
  std::size_t begin = at;
  while (begin > from && at - begin < kLongRun && is_code(raw, begin - 1)) --begin;
  while (begin < raw.size() && !is_code(raw, begin)) ++begin;
  const std::size_t size = text::base64_span(as_bytes(raw.substr(begin)));
  if (size > kLongRun) return begin + size;
  if (!readers_) readers_ = std::make_unique<Readers>(context_, node_, depth_);
  if (const std::size_t first = begin_pieces(raw, begin, core_end); first != core_end)
    return first + readers_->pieces.resume(raw.substr(first, core_end - first));
  const std::size_t line_end = std::min(raw.find('\n', at), raw.size() - 1) + 1;
  const std::size_t end = std::min(line_end, at + CodedFields::kLine);
  const std::size_t line_begin = raw.rfind('\n', at);
  const std::size_t line =
      std::max(line_begin == std::string_view::npos ? 0 : line_begin + 1, from);
  // One long field is a run, or nothing, but for binary digits.
  if (size + kFewMore < end - line || size < kMinHex || (raw[begin] & 0xfe) == '0')
    readers_->fields.data(as_bytes(raw.substr(line, end - line)));
  return std::max(end, at + 1);
}

void DenseCodes::boundary() noexcept {
  ahead_ = 0;
  if (!readers_) return;
  readers_->pieces.boundary();
  readers_->fields.boundary();
}

void DenseCodes::pause() noexcept {
  if (!readers_) return;
  readers_->pieces.pause();
  readers_->fields.pause();
}

void DenseCodes::finish() noexcept {
  if (!readers_) return;
  readers_->pieces.finish();
  readers_->fields.finish();
}

}  // namespace outspan::content
