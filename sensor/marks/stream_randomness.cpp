#include "marks/stream_randomness.h"

#include <algorithm>

namespace outspan::marks {

std::size_t RandomnessTest::feed(Bytes bytes, bool& random) noexcept {
  random = false;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::uint32_t until = at_ < kSampleBytes ? kSampleBytes : kPeriodBytes;
    const std::size_t take = std::min<std::size_t>(until - at_, bytes.size() - done);
    if (at_ < kSampleBytes) {
      if (!spread_) spread_ = std::make_unique<Spread>();
      spread_->add(bytes.subspan(done, take));
    }
    at_ += static_cast<std::uint32_t>(take);
    done += take;
    if (at_ == kPeriodBytes) at_ = 0;
    if (at_ == kSampleBytes && spread_) {
      random = spread_->is_uniform();
      spread_.reset();
      if (random) return done;
    }
  }
  return done;
}

}  // namespace outspan::marks
