#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace outspan::protocol {

/// What somebody who smuggles puts into many small places (labels of names, payloads of pings),
/// joined again in the order of arrival: as it is, and piece by piece out of hexadecimal, base32
/// and base64url. A text that was encoded before it was cut is decoded by content/.
/// Bound: kTextMax bytes of each text; whoever adds pieces takes the texts when one is full.
class JoinedPieces {
 public:
  static constexpr std::size_t kTextMax = 2048;
  static constexpr std::array<std::string_view, 4> kNames{"joined", "joined, of hex",
                                                          "joined, of base32", "joined, of base64"};

  /// Of a piece that is longer, the beginning.
  void add(std::string_view piece);
  [[nodiscard]] bool full() const noexcept { return texts_[0].size() >= kTextMax / 2; }
  /// At least two pieces came since the last time.
  [[nodiscard]] bool worthwhile() const noexcept { return pieces_ > 1; }
  [[nodiscard]] const std::array<std::string, 4>& texts() const noexcept { return texts_; }
  /// The texts were searched. Their ends are kept, for values that go on.
  void searched();
  /// Whether a person could read one of the texts: what is only made of the digits of a coding is
  /// none before it is decoded.
  [[nodiscard]] bool readable() const;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  std::array<std::string, 4> texts_;
  std::uint32_t pieces_ = 0;
};

}  // namespace outspan::protocol
