#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/bytes.h"
#include "core/held_memory.h"
#include "protocol/shared/ciphertext_sampler.h"

namespace outspan::protocol::tls {

enum HandshakeType : std::uint8_t {
  kHelloRequest = 0,
  kClientHello = 1,
  kServerHello = 2,
  kHelloVerifyRequest = 3,  ///< DTLS
  kNewSessionTicket = 4,
  kCertificate = 11,
  kServerKeyExchange = 12,
  kCertificateRequest = 13,
  kServerHelloDone = 14,
  kCertificateVerify = 15,
  kClientKeyExchange = 16,
  kCertificateStatus = 22,
};

/// Walks the handshake messages that one direction sends in clear (RFC 8446, 4; RFC 5246, 7.4), as
/// long as their grammar holds. Keys and signatures must look random; certificates, and the names
/// of their authorities, are text that somebody chose, and are handed out to be searched.
/// Bound: a hello, 64 KiB.
class HandshakeReader {
 public:
  enum class Kind : std::uint8_t {
    framing,   ///< part of a message whose grammar holds so far
    hello,     ///< the body of a hello, whole
    readable,  ///< part of a certificate and its like
    broken,    ///< no handshake message
  };
  struct Piece {
    Kind kind = Kind::framing;
    std::uint8_t type = 0;  ///< of the message
    Bytes bytes;            ///< hello and readable; valid until the next call
  };

  explicit HandshakeReader(std::uint64_t stream) noexcept : sampler_(stream) {}

  /// Takes the next piece off the front of `in`, which must not be empty.
  Piece next(Bytes& in) noexcept;
  /// Whether a message is not complete yet.
  [[nodiscard]] bool in_message() const noexcept { return header_bytes_ > 0; }
  /// Whether any message has begun as it must.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return heap_bytes(hello_); }

 private:
  enum class Reading : std::uint8_t { nothing, hello, secret, readable };

  Piece begin_message() noexcept;
  Piece body(Bytes bytes) noexcept;

  std::array<std::uint8_t, 4> header_{};
  std::size_t header_bytes_ = 0;
  std::uint8_t type_ = 0;
  std::uint32_t left_ = 0;
  Reading reading_ = Reading::nothing;
  std::string hello_;
  bool hello_given_ = false;
  bool begun_ = false;
  CiphertextSampler sampler_;
};

}  // namespace outspan::protocol::tls
