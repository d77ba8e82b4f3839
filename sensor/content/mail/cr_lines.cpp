#include "content/mail/cr_lines.h"

#include <algorithm>
#include <array>

namespace outspan::content {

void CrLines::read(Bytes bytes) noexcept {
  std::array<std::uint8_t, 4096> out;
  for (std::size_t at = 0; at < bytes.size(); at += out.size()) {
    const Bytes in = bytes.subspan(at, std::min(out.size(), bytes.size() - at));
    std::ranges::replace_copy(in, out.begin(), std::uint8_t{'\r'}, std::uint8_t{'\n'});
    claim(As::decoded, in.size());
    context_.pass_on(this, *next_, static_cast<std::int64_t>(at), [&] {
      next_->data(Bytes(out).first(in.size()));
      return in.size();
    });
  }
}

}  // namespace outspan::content
