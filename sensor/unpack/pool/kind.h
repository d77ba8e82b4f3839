#pragma once

#include <chrono>
#include <cstdint>

namespace outspan::unpack {

/// Which parser a file goes to. The parser looks at the bytes again and decides for itself what
/// exactly they are (a zip may be a workbook).
enum class Kind : std::uint8_t { archive, ole, sqlite, pdf, rtf, tnef, avro };
/// All of them.
inline constexpr Kind kKinds[] = {Kind::archive, Kind::ole,  Kind::sqlite, Kind::pdf,
                                  Kind::rtf,     Kind::tnef, Kind::avro};

/// Bounds on what one file may cost. Reaching one ends the work on it with the Outcome of that
/// name.
struct Limits {
  std::uint64_t entries = 10'000;              ///< members
  std::uint64_t output_bytes = 1024ULL << 20;  ///< over all members
  std::chrono::milliseconds time{20'000};      ///< that a worker may keep its caller waiting
};

}  // namespace outspan::unpack
