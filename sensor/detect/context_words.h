#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "detect/hit.h"
#include "detect/hyperscan.h"
#include "detect/text_span.h"

namespace outspan::detect {

inline constexpr std::size_t kSignaturesMax = 1024;

/// Words near a value that make it more likely to be one ("phone", "codice fiscale"): all the words
/// of all signatures in one database, looked for only around candidates.
class ContextWords {
 public:
  /// A word counts where no other letters touch it ("phone" in "phone_number" and "homePhone", not
  /// in "microphones").
  void add(const std::string& word, SignatureIndex signature, std::uint32_t within_bytes);
  std::optional<Problem> compile();
  [[nodiscard]] std::vector<HsExpression> expressions() const;

  [[nodiscard]] bool empty() const noexcept { return words_.empty(); }
  [[nodiscard]] const hs_database_t* database() const noexcept { return database_.get(); }

  /// Whether a word of `signature` stands near [begin, end).
  [[nodiscard]] bool near(TextSpan text, std::uint32_t begin, std::uint32_t end,
                          SignatureIndex signature, hs_scratch_t* scratch) const noexcept;
  /// Whether one ends right before `begin`, but for a separator or two ("wa.me/", "tel-").
  [[nodiscard]] bool right_before(TextSpan text, std::uint32_t begin, SignatureIndex signature,
                                  hs_scratch_t* scratch) const noexcept;
  /// All signatures that have a word in `line`.
  void in_line(std::string_view line, std::bitset<kSignaturesMax>& signatures,
               hs_scratch_t* scratch) const noexcept;

 private:
  struct Use {
    SignatureIndex signature;
    std::uint32_t within_bytes;
  };
  struct Word {
    std::string text;  // lower case
    std::vector<Use> uses;
  };
  struct Search;
  bool search(std::string_view around, std::uint32_t begin, std::uint32_t end, std::uint32_t apart,
              SignatureIndex signature, hs_scratch_t* scratch) const noexcept;

  std::vector<Word> words_;
  HsDatabase database_;
};

}  // namespace outspan::detect
