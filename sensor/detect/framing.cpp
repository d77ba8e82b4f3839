#include "detect/framing.h"

#include <algorithm>

namespace outspan::detect {
namespace {

constexpr std::uint32_t kLocalBytesMax = 64;    // RFC 5321 4.5.3.1.1
constexpr std::uint32_t kDomainBytesMax = 253;  // RFC 1035
constexpr std::uint32_t kAddressBytesMin = 6;   // "a@b.de"

bool is_domain_char(char c) noexcept { return is_alnum(c) || c == '.' || c == '-'; }
bool is_local_char(char c) noexcept {
  return is_domain_char(c) || c == '_' || c == '+' || c == '\'';
}

/// Whether the byte at `at` is a length and nothing else: no text, the last of four bytes, or a
/// digit or a capital with no letter before it: few addresses begin with one that is their length.
bool is_certain_length(TextSpan text, std::uint32_t at) noexcept {
  using namespace std::string_view_literals;
  const char c = text.bytes[at];
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte >= 0x7f) return true;
  if (at >= 3 && text.bytes.substr(at - 3, 3) == "\0\0\0"sv) return true;
  return (is_digit(c) || is_upper(c)) && !is_local_char(text.before(at));
}

/// Whether another framed address begins at `at`, whose length is the byte there.
bool begins_framed(EmailRules& rules, TextSpan text, std::uint32_t at) noexcept {
  const std::size_t at_sign = text.bytes.substr(0, at + kLocalBytesMax).find('@', at);
  if (at_sign == std::string_view::npos) return false;
  for (const std::uint32_t length : told_lengths(text.bytes[at])) {
    const Extent extent{at + 1, at + 1 + length};
    if (length >= kAddressBytesMin && extent.end <= text.bytes.size() && extent.end > at_sign + 2 &&
        extent.begin < at_sign &&
        is_address(rules, text, extent, static_cast<std::uint32_t>(at_sign)))
      return true;
  }
  return false;
}

}  // namespace

std::array<std::uint32_t, 4> told_lengths(char byte) noexcept {
  const std::uint32_t n = static_cast<unsigned char>(byte);
  return {n, n / 2, n > 0x60 && n < 0x78 ? n - 0x60 : 0, n > 0xa0 && n < 0xc0 ? n - 0xa0 : 0};
}

bool is_framed(TextSpan text, Extent extent) noexcept {
  if (extent.begin == 0) return false;
  const auto told = told_lengths(text.bytes[extent.begin - 1]);
  return std::find(told.begin(), told.end(), extent.end - extent.begin) != told.end();
}

Extent address_reach(TextSpan text, std::uint32_t at_sign) noexcept {
  const std::string_view bytes = text.bytes;
  Extent reach{at_sign, at_sign + 1};
  while (reach.begin > 0 && at_sign - reach.begin < kLocalBytesMax &&
         is_local_char(bytes[reach.begin - 1]))
    --reach.begin;
  while (reach.end < bytes.size() && reach.end - at_sign <= kDomainBytesMax &&
         is_domain_char(bytes[reach.end]))
    ++reach.end;
  return reach;
}

bool is_address(EmailRules& rules, TextSpan text, Extent extent, std::uint32_t at_sign) noexcept {
  const TextSpan alone{text.bytes.substr(extent.begin, extent.end - extent.begin)};
  EmailFinding finding;
  return rules.find(alone, at_sign - extent.begin, finding) && finding.begin == 0 &&
         finding.end == alone.bytes.size();
}

std::size_t framed_addresses(EmailRules& rules, TextSpan text, std::uint32_t at_sign,
                             std::span<FramedAddress> out) noexcept {
  const Extent reach = address_reach(text, at_sign);
  std::size_t count = 0;
  for (std::uint32_t begin = std::max(reach.begin, 1U); begin < at_sign; ++begin) {
    for (const std::uint32_t length : told_lengths(text.bytes[begin - 1])) {
      const Extent extent{begin, begin + length};
      if (length < kAddressBytesMin || extent.end <= at_sign + 2 || extent.end > reach.end ||
          !is_address(rules, text, extent, at_sign))
        continue;
      if (count == out.size()) return count;
      const bool certain = is_certain_length(text, begin - 1) ||
                           (extent.end < reach.end && begins_framed(rules, text, extent.end));
      out[count++] = {extent, certain};
    }
  }
  return count;
}

std::uint32_t number_sign_begin(TextSpan text, std::uint32_t begin) noexcept {
  if (text.before(begin) == '(') --begin;
  if (text.before(begin) == '+') --begin;
  return begin;
}

std::optional<Extent> framed_number(TextSpan text, std::uint32_t begin,
                                    std::uint32_t end) noexcept {
  const std::uint32_t first = number_sign_begin(text, begin);
  const std::uint32_t last = first == begin ? begin + kTrimMax : first;
  for (std::uint32_t from = std::max(first, 1U); from <= last; ++from)
    for (const std::uint32_t length : told_lengths(text.bytes[from - 1]))
      if (length != 0 && from + length <= end && from + length + kTrimMax >= end)
        return Extent{from, from + length};
  return std::nullopt;
}

}  // namespace outspan::detect
