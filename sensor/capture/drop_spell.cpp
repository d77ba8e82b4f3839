#include "capture/drop_spell.h"

#include <fmt/format.h>

#include <algorithm>

namespace outspan::capture {
namespace {

constexpr auto kOverAfter = std::chrono::seconds(10);

double percent(std::uint64_t part, std::uint64_t whole) noexcept {
  return 100.0 * static_cast<double>(part) / static_cast<double>(std::max<std::uint64_t>(whole, 1));
}

}  // namespace

std::optional<SourceNotice> DropSpell::count(std::uint64_t packets, std::uint64_t dropped,
                                             std::chrono::steady_clock::time_point now) {
  if (!on_ && dropped == 0) return std::nullopt;
  if (!on_) {
    on_ = true;
    packets_ = dropped_ = 0;
    since_ = now;
  }
  packets_ += packets;
  dropped_ += dropped;
  if (dropped != 0) latest_ = now;
  if (dropped != 0 && since_ == now)
    return SourceNotice{kind_,
                        fmt::format("{} drops packets: {} of {} ({:.1f} %) since it was last "
                                    "looked at; {}",
                                    who_, dropped, packets, percent(dropped, packets), why_)};
  if (now - latest_ < kOverAfter) return std::nullopt;
  on_ = false;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(latest_ - since_).count();
  return SourceNotice{kind_ + "_over", fmt::format("{} drops no packets any more: {} of {} ({:.1f} "
                                                   "%) were dropped within {} s",
                                                   who_, dropped_, packets_,
                                                   percent(dropped_, packets_), seconds + 1)};
}

}  // namespace outspan::capture
