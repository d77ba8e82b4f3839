#include "content/uuencode.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "content/node_stage.h"

namespace outspan::content {
namespace {

constexpr std::string_view kBegin = "begin ";
constexpr std::size_t kLine = 300;

std::uint32_t six_bits(char c) noexcept { return (static_cast<std::uint8_t>(c) - 0x20U) & 0x3f; }

}  // namespace

void UuFinder::data(Bytes bytes) noexcept {
  context_.forward(this, *next_, bytes, 0);
  std::size_t at = 0;
  while (at < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    const std::size_t end =
        found == nullptr
            ? bytes.size()
            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    if (!passing_ && line_.size() < kLine)
      line_.append(as_text(bytes.subspan(at, std::min(end - at, kLine - line_.size()))));
    if (file_ == nullptr && !passing_) {
      const std::size_t common = std::min(line_.size(), kBegin.size());
      passing_ = std::string_view(line_).substr(0, common) != kBegin.substr(0, common);
    }
    if (found != nullptr) {
      if (!passing_) take_line();
      passing_ = false;
      line_.clear();
    }
    at = end + 1;
  }
}

void UuFinder::take_line() noexcept {
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  if (file_ != nullptr) return decode_line();
  // "begin 644 name"
  const std::string_view rest =
      std::string_view(line_).substr(std::min(kBegin.size(), line_.size()));
  const std::size_t digits = rest.find_first_not_of("01234567");
  if (digits == std::string_view::npos || digits < 3 || digits > 4 || rest[digits] != ' ') return;
  begin_file(rest.substr(digits + 1));
}

void UuFinder::begin_file(std::string_view name) noexcept {
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    return;  // its lines were scanned as text
  }
  const Node* node = context_.add_node(node_, std::string(name), {});
  if (node == nullptr) return;
  file_ = std::make_unique<NodeStage>(context_, *node, NodeOptions{.depth = depth_ + 1});
}

void UuFinder::decode_line() noexcept {
  if (line_.empty() || line_ == "end" || line_ == "`") {
    if (line_ != "`") end_file();
    return;
  }
  const std::size_t size = six_bits(line_[0]);
  std::array<std::uint8_t, 64> out{};
  std::size_t produced = 0;
  for (std::size_t i = 1; i < line_.size() && produced < size; i += 4) {
    std::uint32_t group = 0;
    for (std::size_t j = i; j < i + 4; ++j)
      group = group << 6 | (j < line_.size() ? six_bits(line_[j]) : 0);
    for (int shift = 16; shift >= 0 && produced < size; shift -= 8)
      out[produced++] = static_cast<std::uint8_t>(group >> shift);
  }
  if (produced > 0) file_->data(Bytes(out).first(produced));
}

void UuFinder::end_file() noexcept {
  if (file_) file_->finish();
  file_.reset();
}

void UuFinder::gap() noexcept {
  line_.clear();
  passing_ = true;
  if (file_) file_->gap();
  next_->gap();
}

void UuFinder::boundary() noexcept {
  end_file();
  line_.clear();
  passing_ = false;
  next_->boundary();
}

void UuFinder::finish() noexcept {
  if (file_ && !line_.empty()) take_line();
  end_file();
  next_->finish();
}

}  // namespace outspan::content
