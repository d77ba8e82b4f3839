#include "detect/context_words.h"

#include <algorithm>

#include "detect/beside.h"

namespace outspan::detect {
namespace {

constexpr std::uint32_t kWithinMax = 64;
constexpr std::uint32_t kRightBefore = 2;

/// Whether a letter beside a word makes another word of it; not in "homePhone". Scripts without
/// case are written without blanks, so theirs do not.
bool joins(TextSpan text, std::size_t at, char outer, bool beyond_ascii_joins) noexcept {
  if (!text::is_ascii(outer)) return beyond_ascii_joins;
  const char left = text.bytes[at - 1], right = text.bytes[at];
  const auto of_words = [](char c) { return is_letter(c) || !text::is_ascii(c); };
  return of_words(left) && of_words(right) && !(is_lower(left) && is_upper(right));
}

bool stands_alone(std::string_view bytes, std::size_t begin, std::size_t end) noexcept {
  const TextSpan text{bytes, true, true};
  return (begin == 0 || !joins(text, begin, bytes[begin - 1], word_before(text, begin))) &&
         (end == bytes.size() || !joins(text, end, bytes[end], word_after(text, end)));
}

}  // namespace

struct ContextWords::Search {
  const ContextWords& words;
  std::string_view text;
  /// Of the value in `text`.
  std::uint32_t begin, end;
  std::uint32_t apart;
  SignatureIndex signature;
  bool found;
  std::bitset<kSignaturesMax>* all;
};

void ContextWords::add(const std::string& word, SignatureIndex signature,
                       std::uint32_t within_bytes) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  auto known = std::find_if(words_.begin(), words_.end(),
                            [&lower](const Word& other) { return other.text == lower; });
  if (known == words_.end()) known = words_.insert(words_.end(), {lower, {}});
  known->uses.push_back({signature, std::min(within_bytes, kWithinMax)});
}

std::vector<HsExpression> ContextWords::expressions() const {
  std::vector<HsExpression> expressions;
  for (const Word& word : words_)
    expressions.push_back({escape_expression(word.text), HS_FLAG_CASELESS, "context words"});
  return expressions;
}

std::optional<Problem> ContextWords::compile() {
  if (words_.empty()) return std::nullopt;
  auto compiled = compile_database(expressions());
  if (!compiled) return compiled.problems().front();
  database_ = std::move(*compiled);
  return std::nullopt;
}

bool ContextWords::near(TextSpan text, std::uint32_t begin, std::uint32_t end,
                        SignatureIndex signature, hs_scratch_t* scratch) const noexcept {
  const std::uint32_t from = begin - std::min(begin, kWithinMax);
  const std::size_t to = std::min<std::size_t>(text.bytes.size(), end + kWithinMax);
  return search(text.bytes.substr(from, to - from), begin - from, end - from, kWithinMax, signature,
                scratch);
}

bool ContextWords::right_before(TextSpan text, std::uint32_t begin, SignatureIndex signature,
                                hs_scratch_t* scratch) const noexcept {
  const std::uint32_t from = begin - std::min(begin, kWithinMax);
  return search(text.bytes.substr(from, begin - from), begin - from, begin - from, kRightBefore,
                signature, scratch);
}

/// `around`: the text between the farthest words; `begin`, `end`: of the value in it. Between a
/// word and the value stand at most `apart` bytes.
bool ContextWords::search(std::string_view around, std::uint32_t begin, std::uint32_t end,
                          std::uint32_t apart, SignatureIndex signature,
                          hs_scratch_t* scratch) const noexcept {
  if (words_.empty() || around.empty()) return false;
  Search search{*this, around, begin, end, apart, signature, false, nullptr};
  const auto on_word = [](unsigned id, unsigned long long, unsigned long long word_end, unsigned,
                          void* context) -> int {
    auto& s = *static_cast<Search*>(context);
    const Word& word = s.words.words_[id];
    const auto last = static_cast<std::size_t>(word_end), first = last - word.text.size();
    for (const Use& use : word.uses) {
      if (use.signature != s.signature) continue;
      const bool left =
          last <= s.begin && s.begin - first <= use.within_bytes && s.begin - last <= s.apart;
      const bool right =
          first >= s.end && last - s.end <= use.within_bytes && first - s.end <= s.apart;
      s.found = (left || right) && stands_alone(s.text, first, last);
    }
    return s.found ? 1 : 0;
  };
  hs_scan(database_.get(), around.data(), static_cast<unsigned>(around.size()), 0, scratch, on_word,
          &search);
  return search.found;
}

void ContextWords::in_line(std::string_view line, std::bitset<kSignaturesMax>& signatures,
                           hs_scratch_t* scratch) const noexcept {
  if (words_.empty()) return;
  Search search{*this, line, 0, 0, 0, 0, false, &signatures};
  const auto on_word = [](unsigned id, unsigned long long, unsigned long long word_end, unsigned,
                          void* context) -> int {
    auto& s = *static_cast<Search*>(context);
    const Word& word = s.words.words_[id];
    const auto last = static_cast<std::size_t>(word_end);
    if (stands_alone(s.text, last - word.text.size(), last))
      for (const Use& use : word.uses) s.all->set(use.signature);
    return 0;
  };
  hs_scan(database_.get(), line.data(), static_cast<unsigned>(line.size()), 0, scratch, on_word,
          &search);
}

}  // namespace outspan::detect
