#include "content/codes/xored.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "content/chain/object_context.h"
#include "text/ascii.h"

namespace outspan::content {
namespace {

constexpr std::size_t kMinBytes = 128;

/// What a character says for text, or against it, in tenths.
constexpr auto kWeights = [] {
  std::array<int, 256> weights{};
  for (std::size_t c = 0; c < 256; ++c)
    weights[c] = c < 0x20 || c == 0x7f ? -60 : c < 0x80 ? -8 : -20;
  for (std::size_t c = '0'; c <= '9'; ++c) weights[c] = 8;
  for (std::size_t c = 'a'; c <= 'z'; ++c) weights[c] = 6;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) weights[c] = 3;
  for (const char c : std::string_view("eaniorts \n\r")) weights[static_cast<std::size_t>(c)] = 15;
  for (const char c : std::string_view(",.;:@-_\"\t<>/=+"))
    weights[static_cast<std::size_t>(c)] = 6;
  return weights;
}();
/// On average of text, and more than of the bytes as they are.
constexpr int kText = 6, kBetter = 3;

using Counts = std::array<int, 256>;

int weigh(const Counts& counts, std::uint8_t key) noexcept {
  int sum = 0;
  for (std::size_t byte = 0; byte < counts.size(); ++byte)
    sum += counts[byte] * kWeights[byte ^ key];
  return sum;
}

/// Whether it is a language and no table of few values: many different letters, none of them nearly
/// all.
bool is_varied(const Counts& counts, std::uint8_t key, int bytes) noexcept {
  constexpr int kDifferent = 10;
  int different = 0;
  for (std::size_t byte = 0; byte < counts.size(); ++byte) {
    if (counts[byte] * 5 > bytes * 2) return false;
    if (counts[byte] > 0 && text::is_alnum(static_cast<char>(byte ^ key))) ++different;
  }
  return different >= kDifferent;
}

bool is_odd(std::uint8_t byte) noexcept {
  return byte >= 0x7f || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t');
}

/// What may be the most frequent character of a text.
constexpr std::string_view kFrequent = "e anio,-0123456789";

/// Text of most languages is ASCII but for one byte in twenty, and combined with one byte it is all
/// in one half still: refuses most other bytes quickly.
bool is_in_one_half(Bytes bytes) noexcept {
  std::size_t high = 0;
  for (const std::uint8_t byte : bytes) high += byte >> 7;
  return std::min(high, bytes.size() - high) * 20 <= bytes.size();
}

/// Both readings: as it is, and as text. The second one ends where a budget does.
class Xored final : public Stage {
 public:
  Xored(ObjectContext& context, const Node& node, StagePtr bytes, StagePtr text,
        std::uint8_t key) noexcept
      : Stage(context, node), bytes_(std::move(bytes)), text_(std::move(text)), key_(key) {}

  void read(Bytes bytes) noexcept override {
    give(*bytes_, bytes);
    std::array<std::uint8_t, 4096> text;
    while (!bytes.empty() && !refused_) {
      const std::size_t size = std::min(bytes.size(), text.size());
      std::transform(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size), text.begin(),
                     [this](std::uint8_t byte) { return byte ^ key_; });
      refused_ = !context_.expand(size);
      if (!refused_) text_->data(Bytes(text).first(size));
      bytes = bytes.subspan(size);
    }
  }
  void gap() noexcept override {
    bytes_->gap();
    text_->gap();
  }
  void boundary() noexcept override {
    bytes_->boundary();
    text_->boundary();
  }
  void pause() noexcept override {
    bytes_->pause();
    text_->pause();
  }
  void end() noexcept override {
    bytes_->finish();
    text_->finish();
  }

 private:
  StagePtr bytes_, text_;
  const std::uint8_t key_;
  bool refused_ = false;
};

}  // namespace

std::optional<std::uint8_t> xor_key(Bytes beginning) noexcept {
  if (beginning.size() < kMinBytes || !is_in_one_half(beginning) ||
      std::ranges::none_of(beginning, is_odd))
    return std::nullopt;
  Counts counts{};
  for (const std::uint8_t byte : beginning) ++counts[byte];
  const auto bytes = static_cast<int>(beginning.size());
  const auto top = static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin());
  std::uint8_t key = 0;
  int best = 0;
  for (const char frequent : kFrequent) {
    const auto tried = static_cast<std::uint8_t>(top ^ frequent);
    const int weight = weigh(counts, tried);
    if (weight <= best) continue;
    key = tried;
    best = weight;
  }
  if (key == 0 || best < kText * bytes || best - weigh(counts, 0) < kBetter * bytes)
    return std::nullopt;
  return is_varied(counts, key, bytes) ? std::optional(key) : std::nullopt;
}

std::optional<Opened> open_xored(const Opening& opening) noexcept {
  ObjectContext& context = opening.context;
  const std::uint32_t depth = opening.options.depth;
  const auto key = xor_key(opening.beginning);
  if (!key || !context.depth_left(depth + 1)) return std::nullopt;
  const Node* node = context.add_node(opening.node, "xor", {});
  if (node == nullptr) return std::nullopt;
  return Opened{
      {},
      std::make_unique<Xored>(context, opening.node,
                              context.open_plain(opening.node, {.depth = depth}, LookInside::yes),
                              context.open_text(*node, {.depth = depth + 1}), *key)};
}

}  // namespace outspan::content
