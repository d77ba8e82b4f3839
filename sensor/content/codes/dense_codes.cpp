#include "content/codes/dense_codes.h"

#include <algorithm>
#include <utility>

#include "text/byte_class.h"

namespace outspan::content {
namespace {

/// Longer runs are not in pieces, and no fields.
constexpr std::size_t kLongRun = 512;
/// Of a line, besides its only field.
constexpr std::size_t kFewMore = 6;

bool is_code(std::string_view raw, std::size_t at) noexcept {
  return text::is_base64_char(static_cast<std::uint8_t>(raw[at]));
}

}  // namespace

void DenseCodes::data(std::string_view raw, std::size_t core_begin, std::size_t core_end) noexcept {
  std::size_t at = core_begin + std::exchange(ahead_, 0);
  if (readers_ && readers_->pieces.active() && at < core_end)
    at += readers_->pieces.resume(raw.substr(at, core_end - at));
  const Bytes core = as_bytes(raw).first(core_end);
  while (at < core_end) {
    const std::size_t dense = text::find_dense_code(core, at);
    if (dense == core_end) return;
    at = take(raw, at, dense, core_end);
  }
  ahead_ = at - core_end;
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
  if (begin < core_end && readers_->pieces.begin(raw, begin))
    return begin + readers_->pieces.resume(raw.substr(begin, core_end - begin));
  const std::size_t line_end = std::min(raw.find('\n', at), raw.size() - 1) + 1;
  const std::size_t end = std::min(line_end, at + CodedFields::kLine);
  const std::size_t line_begin = raw.rfind('\n', at);
  const std::size_t line =
      std::max(line_begin == std::string_view::npos ? 0 : line_begin + 1, from);
  // One field is a run, or nothing, but for binary digits.
  if (size + kFewMore < end - line || (raw[begin] & 0xfe) == '0')
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
