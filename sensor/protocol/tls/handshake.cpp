#include "protocol/tls/handshake.h"

#include <algorithm>

namespace outspan::protocol::tls {
namespace {

/// Hellos are far smaller, even with post-quantum keys; so are keys and tickets.
constexpr std::uint32_t kHelloBytesMax = 65536;
constexpr std::uint32_t kSecretBytesMax = 32768;

}  // namespace

HandshakeReader::Piece HandshakeReader::next(Bytes& in) noexcept {
  if (hello_given_) {
    hello_.clear();
    hello_.shrink_to_fit();
    hello_given_ = false;
  }
  if (header_bytes_ < header_.size()) {
    const std::size_t size = std::min(header_.size() - header_bytes_, in.size());
    std::copy_n(in.begin(), size, header_.begin() + header_bytes_);
    header_bytes_ += size;
    in = in.subspan(size);
    return header_bytes_ < header_.size() ? Piece{Kind::framing, type_, {}} : begin_message();
  }
  const Bytes bytes = in.first(std::min<std::size_t>(left_, in.size()));
  in = in.subspan(bytes.size());
  left_ -= static_cast<std::uint32_t>(bytes.size());
  if (left_ == 0) header_bytes_ = 0;
  return body(bytes);
}

HandshakeReader::Piece HandshakeReader::begin_message() noexcept {
  ByteCursor cursor(header_);
  type_ = cursor.u8();
  left_ = cursor.u24();
  reading_ = Reading::nothing;
  bool fits = false;
  switch (type_) {
    case kHelloRequest:
    case kServerHelloDone: fits = left_ == 0; break;
    case kClientHello:
    case kServerHello:
      reading_ = Reading::hello;
      fits = left_ > 0 && left_ <= kHelloBytesMax;
      break;
    case kNewSessionTicket:
    case kServerKeyExchange:
    case kCertificateVerify:
    case kClientKeyExchange:
      reading_ = Reading::secret;
      fits = left_ <= kSecretBytesMax;
      sampler_.begin(left_);
      break;
    case kCertificate:
    case kCertificateRequest:
    case kCertificateStatus:
      reading_ = Reading::readable;
      fits = true;
      break;
    default: break;
  }
  if (left_ == 0) header_bytes_ = 0;
  begun_ |= fits;
  return {fits ? Kind::framing : Kind::broken, type_, {}};
}

HandshakeReader::Piece HandshakeReader::body(Bytes bytes) noexcept {
  switch (reading_) {
    case Reading::nothing: break;
    case Reading::hello:
      hello_ += as_text(bytes);
      if (left_ > 0) break;
      hello_given_ = true;
      return {Kind::hello, type_, as_bytes(hello_)};
    case Reading::secret:
      if (!sampler_.feed(bytes)) return {Kind::broken, type_, {}};
      break;
    case Reading::readable: return {Kind::readable, type_, bytes};
  }
  return {Kind::framing, type_, {}};
}

}  // namespace outspan::protocol::tls
