#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "detect/number_group.h"
#include "detect/text_span.h"

namespace outspan::fingerprint {

/// Which beginnings and lengths the phone numbers of an index have: four digits of E.164 without
/// the plus, and one bit a length. It is what the digits of the traffic are tried with first,
/// instead of the numbering plans of the world: nearly all digits end here, and a number that the
/// plans do not know (yet) is found as well.
class PhonePlan {
 public:
  static constexpr std::size_t kBeginnings = 10'000;
  static constexpr std::size_t kBytes = kBeginnings * sizeof(std::uint16_t);
  static constexpr std::size_t kDigitsMin = 7, kDigitsMax = 15;

  PhonePlan() : lengths_(kBeginnings) {}
  /// `bytes`: kBytes, little-endian.
  static PhonePlan from_bytes(Bytes bytes) noexcept;
  [[nodiscard]] std::vector<std::uint8_t> to_bytes() const;

  void add(std::string_view digits) noexcept { lengths_[beginning(digits)] |= bit(digits.size()); }
  /// The lengths (one bit each) of numbers that begin with four digits.
  [[nodiscard]] std::uint16_t lengths(std::size_t beginning) const noexcept {
    return lengths_[beginning];
  }
  void merge(const PhonePlan& other) noexcept {
    for (std::size_t i = 0; i < kBeginnings; ++i) lengths_[i] |= other.lengths_[i];
  }
  [[nodiscard]] bool has(std::string_view digits) const noexcept {
    return digits.size() >= kDigitsMin && digits.size() <= kDigitsMax && digits[0] != '0' &&
           (lengths_[beginning(digits)] & bit(digits.size())) != 0;
  }

 private:
  static std::size_t beginning(std::string_view digits) noexcept {
    std::size_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
      number = number * 10 + static_cast<std::size_t>(digits[i] - '0');
    return number;
  }
  static std::uint16_t bit(std::size_t digits) noexcept {
    return static_cast<std::uint16_t>(1u << digits);
  }
  std::vector<std::uint16_t> lengths_;
};

/// What digits in a text may be as E.164 digits, without the plus.
struct PhoneReading {
  std::uint32_t begin = 0, end = 0;  ///< in the text, the plus or parenthesis included
  detect::Strength strength = detect::Strength::weak;
  /// A national form of a country that is not configured.
  bool foreign = false;
  std::uint8_t size = 0;
  char digits[PhonePlan::kDigitsMax];

  [[nodiscard]] std::string_view value() const noexcept { return {digits, size}; }
};

/// All readings of digits that an index could know: where a number ends and which country it
/// belongs to is left to the index.
class PhoneReader {
 public:
  /// `countries`: ISO 3166 codes whose national forms are read. Those of others that the plan has
  /// numbers of are read where they look like one: with their zero, or in groups.
  PhoneReader(PhonePlan plan, const std::vector<std::string>& countries);

  /// Appends the readings that begin with each run of `group`.
  void read(detect::TextSpan text, const detect::NumberGroup& group,
            std::vector<PhoneReading>& readings) const;

 private:
  struct Country {
    std::string code, trunk_prefix;
    bool foreign = false;
  };
  struct Digits;
  /// Whether digits that begin so, so many of them, may be a number: false is certain. Most digits
  /// end here, for the price of one look-up.
  class Beginnings {
   public:
    static constexpr std::size_t kDigitsMax = 24;  ///< this many, or more
    void add(std::string_view beginning, std::size_t digits);
    void finish() noexcept;
    [[nodiscard]] bool exactly(std::size_t two, std::size_t digits) const noexcept {
      return (exact_[two] >> std::min(digits, kDigitsMax) & 1) != 0;
    }
    [[nodiscard]] bool at_most(std::size_t two, std::size_t digits) const noexcept {
      return (at_most_[two] >> std::min(digits, kDigitsMax) & 1) != 0;
    }

   private:
    std::array<std::uint32_t, 100> exact_{}, at_most_{};
  };
  void add_countries(const std::vector<std::string>& countries);
  [[nodiscard]] std::vector<std::uint16_t> codes_of_plan() const;
  void add_beginnings(std::size_t beginning);
  void add_national(const Country& country, std::string_view digits, std::size_t size);
  [[nodiscard]] bool may_be_number(detect::TextSpan text, const detect::NumberGroup& group,
                                   std::size_t first) const noexcept;
  void read_from(detect::TextSpan text, const detect::NumberGroup& group, std::size_t first,
                 std::vector<PhoneReading>& readings) const;
  void read_exponent(detect::TextSpan text, std::uint32_t begin,
                     std::vector<PhoneReading>& readings) const;
  void read_turned(detect::TextSpan text, const detect::Run& run,
                   std::vector<PhoneReading>& readings) const;
  void interpret(const Digits& digits, std::vector<PhoneReading>& readings) const;
  void international(const Digits& digits, std::string_view number, detect::Strength strength,
                     std::vector<PhoneReading>& readings) const;
  void national(const Digits& digits, const Country& country,
                std::vector<PhoneReading>& readings) const;
  void argentine_mobile(const Digits& digits, std::string_view number, detect::Strength strength,
                        std::vector<PhoneReading>& readings) const;
  void foreign_national(const Digits& digits, const Country& country,
                        std::vector<PhoneReading>& readings) const;
  void add(const Digits& digits, std::string_view code, std::string_view number,
           detect::Strength strength, std::vector<PhoneReading>& readings,
           bool foreign = false) const;

  PhonePlan plan_;
  std::vector<Country> countries_;
  std::vector<bool> calling_codes_;  // by number
  Beginnings beginnings_, grouped_;  ///< of any digits, and of digits in groups
};

}  // namespace outspan::fingerprint
