#include "protocol/quic/initial.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <string_view>

#include "core/handle.h"

namespace outspan::protocol::quic {
namespace {

using Secret = std::array<std::uint8_t, 32>;
using CipherContext = CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::uint32_t kVersion1 = 1;
constexpr std::uint32_t kVersion2 = 0x6b3343cf;  // RFC 9369
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kSampleBytes = 16;
constexpr std::size_t kIdMaxBytes = 20;

constexpr std::array<std::uint8_t, 20> kSaltVersion1{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34,
                                                     0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
                                                     0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
constexpr std::array<std::uint8_t, 20> kSaltVersion2{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6,
                                                     0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26,
                                                     0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
constexpr std::array<std::uint8_t, 20> kSaltDraft29{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2,
                                                    0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
                                                    0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};

bool is_draft(std::uint32_t version) noexcept {
  return version >= 0xff00001d && version <= 0xff000022;  // draft 29 to 34
}

Bytes salt_of(std::uint32_t version) noexcept {
  if (version == kVersion2) return kSaltVersion2;
  return is_draft(version) && version <= 0xff000020 ? Bytes(kSaltDraft29) : Bytes(kSaltVersion1);
}

Secret hmac(Bytes key, Bytes data) noexcept {
  Secret out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(), out.data(),
       &size);
  return out;
}

/// HKDF-Expand-Label (RFC 8446, 7.1) for results of at most one hash.
Secret expand(const Secret& secret, std::string_view label, std::uint8_t size_bytes) noexcept {
  std::vector<std::uint8_t> info{0, size_bytes, static_cast<std::uint8_t>(6 + label.size())};
  for (const std::string_view text : {std::string_view("tls13 "), label})
    info.insert(info.end(), text.begin(), text.end());
  info.push_back(0);  // no context
  info.push_back(1);  // first block
  return hmac(secret, info);
}

/// RFC 9000, 16.
std::uint64_t variable_integer(ByteCursor& in) noexcept {
  const std::uint8_t first = in.u8();
  std::uint64_t value = first & 0x3f;
  for (int more = (1 << (first >> 6)) - 1; more > 0; --more) value = value << 8 | in.u8();
  return value;
}

LongHeader::Type type_of(std::uint8_t first, std::uint32_t version) noexcept {
  using Type = LongHeader::Type;
  if (version == 0) return Type::version_negotiation;
  static constexpr std::array<Type, 4> kTypes{Type::initial, Type::zero_rtt, Type::handshake,
                                              Type::retry};
  const unsigned bits = first >> 4 & 3U;
  // Version 2 counts from Retry (RFC 9369, 3.2).
  return kTypes[version == kVersion2 ? (bits + 3) % 4 : bits];
}

}  // namespace

std::optional<LongHeader> parse_long_header(Bytes datagram) noexcept {
  ByteCursor in(datagram);
  LongHeader header;
  const std::uint8_t first = in.u8();
  header.version = in.u32();
  const bool known =
      header.version == kVersion1 || header.version == kVersion2 || is_draft(header.version);
  if ((first & 0xc0) != 0xc0 || !known) return std::nullopt;
  header.type = type_of(first, header.version);
  const std::uint8_t destination_size = in.u8();
  header.destination_id = in.take(destination_size);
  const std::uint8_t source_size = in.u8();
  header.source_id = in.take(source_size);
  if (!in.ok() || destination_size > kIdMaxBytes || source_size > kIdMaxBytes) return std::nullopt;
  if (header.type == LongHeader::Type::retry) {
    if (in.left() < kTagBytes) return std::nullopt;
    header.packet_bytes = datagram.size();
    return header;
  }
  if (header.type == LongHeader::Type::initial) {
    const std::uint64_t token_size = variable_integer(in);
    if (token_size > in.left()) return std::nullopt;
    in.skip(static_cast<std::size_t>(token_size));
  }
  const std::uint64_t length = variable_integer(in);
  // A packet number of at least one byte, and enough for the sample behind four of them.
  if (!in.ok() || length > in.left() || length < 4 + kSampleBytes) return std::nullopt;
  header.number_offset = datagram.size() - in.left();
  header.packet_bytes = header.number_offset + static_cast<std::size_t>(length);
  return header;
}

InitialKeys::InitialKeys(std::uint32_t version, Bytes client_destination_id) noexcept {
  const Secret initial = hmac(salt_of(version), client_destination_id);
  const bool second = version == kVersion2;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Secret secret = expand(initial, i == 0 ? "client in" : "server in", 32);
    const Secret key = expand(secret, second ? "quicv2 key" : "quic key", 16);
    const Secret iv = expand(secret, second ? "quicv2 iv" : "quic iv", 12);
    const Secret header = expand(secret, second ? "quicv2 hp" : "quic hp", 16);
    std::copy_n(key.begin(), keys_[i].key.size(), keys_[i].key.begin());
    std::copy_n(iv.begin(), keys_[i].iv.size(), keys_[i].iv.begin());
    std::copy_n(header.begin(), keys_[i].header.size(), keys_[i].header.begin());
  }
}

std::optional<std::vector<std::uint8_t>> InitialKeys::open(Bytes packet, const LongHeader& header,
                                                           bool server) const noexcept {
  const Keys& keys = keys_[server ? 1 : 0];
  if (header.packet_bytes > packet.size() ||
      header.packet_bytes < header.number_offset + 4 + kSampleBytes)
    return std::nullopt;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (!context) return std::nullopt;

  // Header protection (RFC 9001, 5.4).
  std::array<std::uint8_t, 32> mask{};
  int size = 0;
  const Bytes sample = packet.subspan(header.number_offset + 4, kSampleBytes);
  if (EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, keys.header.data(), nullptr) !=
          1 ||
      EVP_EncryptUpdate(context.get(), mask.data(), &size, sample.data(), kSampleBytes) != 1)
    return std::nullopt;
  std::vector<std::uint8_t> head(
      packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(header.number_offset));
  head[0] = static_cast<std::uint8_t>(head[0] ^ (mask[0] & 0x0f));
  const std::size_t number_bytes = (head[0] & 3U) + 1;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < number_bytes; ++i) {
    head.push_back(static_cast<std::uint8_t>(packet[header.number_offset + i] ^ mask[1 + i]));
    number = number << 8 | head.back();
  }

  // The first packets' numbers are small, so the truncated number is the number.
  std::array<std::uint8_t, 12> nonce = keys.iv;
  for (std::size_t i = 0; i < 4; ++i) nonce[11 - i] ^= static_cast<std::uint8_t>(number >> (8 * i));
  const Bytes sealed = packet.subspan(head.size(), header.packet_bytes - head.size());
  if (sealed.size() < kTagBytes) return std::nullopt;
  const Bytes text = sealed.first(sealed.size() - kTagBytes);
  std::array<std::uint8_t, kTagBytes> tag{};
  std::copy_n(sealed.begin() + static_cast<std::ptrdiff_t>(text.size()), kTagBytes, tag.begin());

  std::vector<std::uint8_t> frames(text.size());
  EVP_CIPHER_CTX* const c = context.get();
  const bool opened =
      EVP_DecryptInit_ex(c, EVP_aes_128_gcm(), nullptr, keys.key.data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &size, head.data(), static_cast<int>(head.size())) == 1 &&
      EVP_DecryptUpdate(c, frames.data(), &size, text.data(), static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(c, frames.data() + size, &size) == 1;
  if (!opened) return std::nullopt;
  return frames;
}

bool CryptoStream::add(Bytes frames) noexcept {
  enum Frame : std::uint64_t { kPadding = 0, kPing = 1, kAck = 2, kAckEcn = 3, kCrypto = 6 };
  ByteCursor in(frames);
  while (in.ok() && in.left() > 0) {
    switch (variable_integer(in)) {
      case kPadding:
      case kPing: break;
      case kAckEcn:
      case kAck: return in.ok();  // of no interest to a client's first flight
      case kCrypto: {
        const std::uint64_t offset = variable_integer(in);
        const std::uint64_t size = variable_integer(in);
        if (size > in.left()) return false;
        put(offset, in.take(static_cast<std::size_t>(size)));
        break;
      }
      default: return in.ok();
    }
  }
  return in.ok();
}

void CryptoStream::put(std::uint64_t offset, Bytes data) noexcept {
  if (offset > kStreamMaxBytes || data.size() > kStreamMaxBytes - offset) return;
  const auto begin = static_cast<std::size_t>(offset);
  if (bytes_.size() < begin + data.size()) {
    bytes_.resize(begin + data.size());
    present_.resize(begin + data.size());
  }
  for (std::size_t i = 0; i < data.size(); ++i) {
    bytes_[begin + i] = data[i];
    present_[begin + i] = true;
  }
}

std::optional<Bytes> CryptoStream::client_hello() const noexcept {
  constexpr std::uint8_t kClientHello = 1;
  const auto gap = std::find(present_.begin(), present_.end(), false);
  const Bytes contiguous = Bytes(bytes_).first(static_cast<std::size_t>(gap - present_.begin()));
  ByteCursor in(contiguous);
  const std::uint8_t type = in.u8();
  const Bytes body = in.take(in.u24());
  if (!in.ok() || type != kClientHello) return std::nullopt;
  return body;
}

}  // namespace outspan::protocol::quic
