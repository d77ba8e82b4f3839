#include "marks/spread.h"

#include <algorithm>
#include <cstring>

namespace outspan::marks {
namespace {

constexpr double kUniformMax = 350;
constexpr double kMayBeUniformMax = 600;
/// How far a piece may be from uniform, and how far each of its bytes may add to that. Compressed
/// pieces of 256 bytes are at 700 and less, as their heads are no random bytes, programs and fonts
/// at 750 and more; of 4 KiB at 3,200 and 8,000.
constexpr double kOpaqueMax = 580;
constexpr double kOpaquePerByte = 0.65;
/// Of codes: 0.1 of 8 bits (chi-square is 2 ln 2 times the bits that are missing).
constexpr double kFreedom = 255;
constexpr double kCodePerByte = 0.139;
/// The same of pairs, which tell small pieces of fonts and tables of numbers.
constexpr double kOpaquePairsMax = 180;
constexpr double kOpaquePairsPerByte = 0.5;

enum Class : std::uint8_t { zero, blank, control, digit, lower, upper, sign, high, higher, ones };

constexpr std::array<std::uint8_t, 256> kClassOf = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t byte = 0; byte < 256; ++byte)
    classes[byte] = byte < 0x20 || byte == 0x7f ? control
                    : byte < 0x80               ? sign
                    : byte < 0xc0               ? high
                                                : higher;
  for (const std::size_t byte : {0x09, 0x0a, 0x0d, 0x20}) classes[byte] = blank;
  for (std::size_t byte = '0'; byte <= '9'; ++byte) classes[byte] = digit;
  for (std::size_t byte = 'a'; byte <= 'z'; ++byte) classes[byte] = lower;
  for (std::size_t byte = 'A'; byte <= 'Z'; ++byte) classes[byte] = upper;
  classes[0x00] = zero;
  classes[0xff] = ones;
  return classes;
}();

}  // namespace

void Spread::add(Bytes bytes) noexcept {
  bytes = bytes.first(std::min<std::size_t>(bytes.size(), kMaxBytes - bytes_));
  if (bytes_ < kPairBytes)
    add_pairs(bytes.first(std::min<std::size_t>(bytes.size(), kPairBytes - bytes_)));
  count(bytes);
}

void Spread::add_whole(Bytes bytes) noexcept {
  if (bytes.size() < kPairBytes) return add(bytes);
  count(bytes.first(std::min<std::size_t>(bytes.size(), kMaxBytes)));
}

void Spread::count(Bytes bytes) noexcept {
  bytes_ += static_cast<std::uint32_t>(bytes.size());
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data(), 8);
    for (int i = 0; i < 64; i += 8) ++counts_[eight >> i & 0xff];
  }
  for (const std::uint8_t byte : bytes) ++counts_[byte];
}

void Spread::add_pairs(Bytes bytes) noexcept {
  if (bytes.empty()) return;
  const bool first = bytes_ == 0;
  if (first) last_class_ = kClassOf[bytes[0]];
  for (const std::uint8_t byte : bytes.subspan(first ? 1 : 0)) {
    const std::uint8_t next = kClassOf[byte];
    ++pairs_[last_class_ * kClasses + next];
    last_class_ = next;
  }
}

double Spread::chi_square() const noexcept {
  double squares = 0;
  for (const std::uint16_t count : counts_) squares += static_cast<double>(count) * count;
  return bytes_ == 0 ? 0 : squares * 256 / bytes_ - bytes_;
}

double Spread::pair_chi_square() const noexcept {
  if (bytes_ < 2) return 0;
  std::array<double, kClasses> share{};
  for (const std::uint8_t each : kClassOf) share[each] += 1.0 / 256;
  const double all = std::min(bytes_, kPairBytes) - 1;
  double sum = 0;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const double expected = all * share[i / kClasses] * share[i % kClasses];
    const double distance = pairs_[i] - expected;
    // Those that are hardly ever expected weigh less: one of them is no evidence.
    sum += distance * distance / (expected + 1);
  }
  return sum;
}

bool Spread::is_uniform() const noexcept { return chi_square() < kUniformMax; }

bool Spread::may_be_uniform() const noexcept { return chi_square() < kMayBeUniformMax; }

bool Spread::is_opaque() const noexcept {
  if (bytes_ < kMinOpaqueBytes || chi_square() > kOpaqueMax + kOpaquePerByte * bytes_) return false;
  return bytes_ >= kPairBytes ||
         pair_chi_square() <= kOpaquePairsMax + kOpaquePairsPerByte * bytes_;
}

bool Spread::is_opaque_code() const noexcept {
  return bytes_ >= kMinCodeBytes && chi_square() <= kFreedom + kCodePerByte * bytes_;
}

}  // namespace outspan::marks
