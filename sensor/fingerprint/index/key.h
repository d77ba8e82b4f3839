#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/hash.h"
#include "core/result.h"
#include "fingerprint/index/locked_page.h"
#include "text/hex.h"

namespace outspan::fingerprint {

/// Names a key without telling it; stands in the index and in every alert.
using KeyId = std::array<std::uint8_t, 8>;
using Mac = std::array<std::uint8_t, 32>;

using text::to_hex;

/// What values are hashed with: 32 random bytes in a file of their own, and the sub-keys that
/// HKDF-SHA256 (RFC 5869) makes of them, one for each use. Whoever has the index and the key can
/// try out every phone number in minutes; the index alone says nothing.
///
/// Lives in a LockedPage. Immutable: shared by all threads.
class Key {
 public:
  static constexpr std::size_t kBytes = 32;

  enum class Use : std::uint8_t { email, phone, ticket, name, text, rows, records };
  static constexpr std::size_t kUses = 7;

  /// Reads a key file: 32 bytes, or 64 hexadecimal digits. Refuses one that others than its owner
  /// can read. "credential:NAME" is a file that systemd hands over (LoadCredential=).
  static Result<std::shared_ptr<const Key>> load(const std::string& path);
  /// Makes a key of the system's random numbers and writes it to a new file with mode 0400. Refuses
  /// a file that exists.
  static Result<std::shared_ptr<const Key>> create(const std::string& path);
  /// For tests.
  static std::shared_ptr<const Key> from_bytes(std::span<const std::uint8_t, kBytes> bytes);

  [[nodiscard]] const KeyId& id() const noexcept { return id_; }
  [[nodiscard]] const SipKey& of(Use use) const noexcept {
    return secrets().sip[static_cast<std::size_t>(use)];
  }
  /// HMAC-SHA256 with a sub-key of its own.
  [[nodiscard]] Mac mac(Bytes bytes) const noexcept;

 private:
  struct Secrets {
    std::array<std::uint8_t, kBytes> master;
    std::array<std::uint8_t, kBytes> mac;
    std::array<SipKey, kUses> sip;
  };
  Key();
  void derive_all();
  [[nodiscard]] const Secrets& secrets() const noexcept {
    return *reinterpret_cast<const Secrets*>(page_.bytes().data());
  }
  [[nodiscard]] Secrets& secrets() noexcept {
    return *reinterpret_cast<Secrets*>(page_.bytes().data());
  }

  LockedPage page_;
  KeyId id_{};
};

using KeyPtr = std::shared_ptr<const Key>;

}  // namespace outspan::fingerprint
