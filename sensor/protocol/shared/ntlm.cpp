#include "protocol/shared/ntlm.h"

#include <algorithm>
#include <string_view>

#include "text/utf8.h"

namespace outspan::protocol {
namespace {

constexpr std::string_view kSignature("NTLMSSP\0", 8);
constexpr std::uint32_t kAuthenticate = 3;
constexpr std::size_t kDomainAt = 28, kUserAt = 36, kWorkstationAt = 44, kFlagsAt = 60;
constexpr std::uint32_t kUnicode = 1;
constexpr std::size_t kNameBytesMax = 255;

ByteCursor at(Bytes message, std::size_t place) noexcept {
  ByteCursor in(message);
  in.skip(place);
  return in;
}

/// What the length, the allocated length and the place of a field point at.
std::string name_at(Bytes message, std::size_t field, bool unicode) noexcept {
  ByteCursor in = at(message, field);
  const std::size_t bytes = in.u16_le();
  in.skip(2);
  ByteCursor name = at(message, in.u32_le());
  const std::string_view text = as_text(name.take(std::min<std::size_t>(bytes, name.left())));
  if (!in.ok() || !name.ok() || text.size() != bytes) return {};
  std::string plain =
      unicode ? text::utf8_of_utf16(text.substr(0, 2 * kNameBytesMax)) : std::string(text);
  if (plain.size() > kNameBytesMax) plain.resize(kNameBytesMax);
  plain.resize(text::utf8_span(plain));
  return plain;
}

}  // namespace

std::optional<NtlmLogon> read_ntlm_logon(Bytes token) noexcept {
  const std::size_t begin = as_text(token).find(kSignature);
  if (begin == std::string_view::npos) return std::nullopt;
  const Bytes message = token.subspan(begin);
  ByteCursor flags = at(message, kFlagsAt);
  const bool unicode = (flags.u32_le() & kUnicode) != 0;
  if (!flags.ok() || at(message, kSignature.size()).u32_le() != kAuthenticate) return std::nullopt;
  return NtlmLogon{name_at(message, kUserAt, unicode), name_at(message, kDomainAt, unicode),
                   name_at(message, kWorkstationAt, unicode)};
}

}  // namespace outspan::protocol
