#include <algorithm>

#include "decode/layers.h"

namespace outspan::decode {
namespace {

/// One option of IPv4 or TCP.
struct Option {
  std::uint8_t kind = 0;
  Bytes data;
};

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kPad = 1;

/// Fields of fewer bytes are printable by chance too often.
constexpr std::size_t kTextBytes = 16;

bool is_text(Bytes bytes) noexcept {
  const auto printable = [](std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f; };
  return bytes.size() >= kTextBytes && std::ranges::all_of(bytes, printable);
}

bool is_zero(Bytes bytes) noexcept {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// The options of TCP whose fields have one meaning each (IANA "TCP Parameters"). Numbers and
/// digests look random: text in their place is something else.
bool is_plain_tcp_option(const Option& option) noexcept {
  const std::size_t size = option.data.size();
  switch (option.kind) {
    case 2: return size == 2;               // maximum segment size
    case 3: return size == 1;               // window scale
    case 4: return size == 0;               // selective acknowledgments permitted
    case 8: return size == 8;               // timestamps
    case 14: return size == 1;              // alternate checksum
    case 28: return size == 2;              // user timeout
    case 5:                                 // selective acknowledgments
    case 19:                                // MD5 signature
    case 29:                                // authentication
    case 30:                                // multipath
    case 34:                                // fast open
    case 69: return !is_text(option.data);  // encryption negotiation
    default: return false;
  }
}

bool is_plain_ipv4_option(const Option& option) noexcept {
  constexpr std::uint8_t kRouterAlert = 148;
  return option.kind == kRouterAlert && option.data.size() == 2;
}

/// RFC 8200, 4.2 and the IANA list of destination and hop-by-hop options.
bool is_plain_ipv6_option(const Option& option) noexcept {
  const std::size_t size = option.data.size();
  switch (option.kind) {
    case kPad: return is_zero(option.data);
    case 0x04: return size == 1;   // tunnel encapsulation limit
    case 0x05: return size == 2;   // router alert
    case 0xc2: return size == 4;   // jumbo payload
    case 0xc9: return size == 16;  // home address
    default: return false;
  }
}

}  // namespace

/// Bytes that a header carries for somebody else: a message without a transport.
void Layers::header_data(const IpLayer& ip, Bytes data, const Scope& scope) {
  if (data.empty()) return;
  Scope own = scope;
  own.cut = own.lost = 0;
  emit(ip, kNoTransport, 0, 0, data, own);
}

/// `cut`: the snap length took the end of them.
void Layers::options(Transport of, const IpLayer& ip, Bytes options, bool cut, const Scope& scope) {
  while (!options.empty()) {
    if (options[0] == kPad) {
      options = options.subspan(1);
      continue;
    }
    const bool end = options[0] == kEnd;
    const std::size_t size = options.size() < 2 ? 0 : options[1];
    if (end || size < 2 || size > options.size()) {
      const bool incomplete = cut && !end && size != 1;
      if (!incomplete && !is_zero(options)) header_data(ip, options, scope);
      return;
    }
    const Option option{options[0], options.subspan(2, size - 2)};
    const bool plain =
        of == Transport::tcp ? is_plain_tcp_option(option) : is_plain_ipv4_option(option);
    if (!plain) header_data(ip, option.data, scope);
    options = options.subspan(size);
  }
}

/// `header`: a hop-by-hop or destination header.
void Layers::ipv6_options(const IpLayer& ip, Bytes header, const Scope& scope) {
  Bytes options = header.subspan(2);
  while (!options.empty()) {
    if (options[0] == kEnd) {  // a byte of padding here
      options = options.subspan(1);
      continue;
    }
    const std::size_t size = options.size() < 2 ? 0 : options[1] + std::size_t{2};
    if (size == 0 || size > options.size()) return header_data(ip, options, scope);
    const Option option{options[0], options.subspan(2, size - 2)};
    if (!is_plain_ipv6_option(option)) header_data(ip, option.data, scope);
    options = options.subspan(size);
  }
}

}  // namespace outspan::decode
