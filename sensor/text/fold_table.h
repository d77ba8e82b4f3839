#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace outspan::text {

/// What fold() makes of a character beyond ASCII, and where.
enum class FoldKind : std::uint8_t {
  stays,
  value,      ///< stands for letters, digits or signs of a value: always
  sign,       ///< punctuation: where a letter or digit of ASCII touches it
  stop,       ///< a full stop: between letters or digits
  dash,       ///< beside a digit, or in a word
  blank,      ///< beside a digit
  hidden,     ///< nobody sees it: where a letter or digit touches it
  lookalike,  ///< a letter that looks like one of ASCII: in a word of those
};

struct Folded {
  FoldKind kind = FoldKind::stays;
  std::uint8_t size = 0;
  std::array<char, 6> bytes{};  ///< ASCII
  [[nodiscard]] std::string_view text() const noexcept { return {bytes.data(), size}; }
};

/// By code point, in pages, of which few hold anything.
class FoldTable {
 public:
  FoldTable();
  [[nodiscard]] const Folded& of(std::uint32_t code) const noexcept {
    const auto& page = pages_[code >> kPageBits];
    return page ? (*page)[code & (kPage - 1)] : kStays;
  }

 private:
  static constexpr unsigned kPageBits = 8;
  static constexpr std::uint32_t kPage = 1U << kPageBits;
  static constexpr Folded kStays{};
  void set(std::uint32_t code, FoldKind kind, std::string_view text);
  void add_hidden();
  void add_compatible();
  void add_lookalikes();
  void add_by_hand();

  std::array<std::unique_ptr<std::array<Folded, kPage>>, (0x110000 >> kPageBits)> pages_;
};

}  // namespace outspan::text
