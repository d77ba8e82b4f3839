#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.h"

namespace outspan::protocol::quic {

/// A long header of QUIC (RFC 9000, 17.2), up to the protected packet number.
struct LongHeader {
  enum class Type : std::uint8_t { initial, zero_rtt, handshake, retry, version_negotiation };
  Type type = Type::initial;
  std::uint32_t version = 0;
  Bytes destination_id;
  Bytes source_id;
  std::size_t number_offset = 0;  ///< of the packet number in the datagram
  std::size_t packet_bytes = 0;   ///< header included; less than the datagram if another follows
};

/// nullopt: no long header of a version we know, or its lengths do not fit the datagram.
std::optional<LongHeader> parse_long_header(Bytes datagram) noexcept;

/// Keys of the Initial packets of one connection: anybody who saw the client's first packet has
/// them (RFC 9001, 5.2). Only AES-128-GCM.
class InitialKeys {
 public:
  InitialKeys(std::uint32_t version, Bytes client_destination_id) noexcept;

  /// The frames inside; nullopt: the packet is not protected with these keys. `server`: whose
  /// packet it is.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> open(Bytes packet,
                                                              const LongHeader& header,
                                                              bool server) const noexcept;

 private:
  struct Keys {
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 12> iv{};
    std::array<std::uint8_t, 16> header{};
  };
  std::array<Keys, 2> keys_;  // client, server
};

/// Puts the CRYPTO frames of Initial packets in order, up to the end of the ClientHello.
class CryptoStream {
 public:
  /// False: these are no frames.
  bool add(Bytes frames) noexcept;
  /// The ClientHello's body, once all of it is here.
  [[nodiscard]] std::optional<Bytes> client_hello() const noexcept;

 private:
  /// Post-quantum hellos have 2 KiB; Chrome scatters them on purpose.
  static constexpr std::size_t kStreamMaxBytes = 16384;
  void put(std::uint64_t offset, Bytes data) noexcept;

  std::vector<std::uint8_t> bytes_;
  std::vector<bool> present_;
};

}  // namespace outspan::protocol::quic
