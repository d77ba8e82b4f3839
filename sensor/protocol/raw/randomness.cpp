#include "protocol/raw/randomness.h"

#include <algorithm>
#include <string_view>

namespace outspan::protocol {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagics[] = {
    "\x1f\x8b"sv,          // gzip
    "PK\x03\x04"sv,        // zip
    "\x28\xb5\x2f\xfd"sv,  // zstd
    "\x04\x22\x4d\x18"sv,  // lz4
    "\xfd"
    "7zXZ"sv,
    "BZh"sv,
    "7z\xbc\xaf\x27\x1c"sv,
    "Rar!\x1a\x07"sv,
    "\x89PNG"sv,
    "\xff\xd8\xff"sv,  // JPEG
    "GIF8"sv,
    "RIFF"sv,
    "OggS"sv,
    "ID3"sv,
    "fLaC"sv,
    "\x1a\x45\xdf\xa3"sv,  // Matroska
    "%PDF"sv,
};

/// 255 is expected of random bytes, 22.6 is the deviation: 1 in 60,000 is above. 16 KiB of deflate
/// or JPEG give several hundred to thousands.
constexpr double kChiSquareMax = 350;
/// 7 deviations below what random bytes have.
constexpr int kDistinctMin = 120;

}  // namespace

bool has_known_magic(Bytes opening) noexcept {
  const std::string_view text = as_text(opening);
  if (text.size() >= 8 && text.substr(4, 4) == "ftyp") return true;  // MP4 and kin
  return std::any_of(std::begin(kMagics), std::end(kMagics),
                     [text](std::string_view magic) { return text.starts_with(magic); });
}

bool sample_may_be_random(const std::array<std::uint8_t, 256>& sample) noexcept {
  std::array<bool, 256> seen{};
  for (const std::uint8_t byte : sample) seen[byte] = true;
  return std::count(seen.begin(), seen.end(), true) >= kDistinctMin;
}

std::size_t RandomnessTest::feed(Bytes bytes, bool& random) noexcept {
  random = false;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::uint32_t until = at_ < kSampleBytes ? kSampleBytes : kPeriodBytes;
    const std::size_t take = std::min<std::size_t>(until - at_, bytes.size() - done);
    if (at_ < kSampleBytes) {
      if (!counts_) counts_ = std::make_unique<std::array<std::uint16_t, 256>>();
      for (const std::uint8_t byte : bytes.subspan(done, take)) ++(*counts_)[byte];
    }
    at_ += static_cast<std::uint32_t>(take);
    done += take;
    if (at_ == kPeriodBytes) at_ = 0;
    if (at_ == kSampleBytes && counts_) {
      random = judge();
      counts_.reset();
      if (random) return done;
    }
  }
  return done;
}

bool RandomnessTest::judge() const noexcept {
  constexpr double kExpected = kSampleBytes / 256.0;
  double chi_square = 0;
  for (const std::uint16_t count : *counts_)
    chi_square += (count - kExpected) * (count - kExpected) / kExpected;
  return chi_square < kChiSquareMax;
}

}  // namespace outspan::protocol
