#include "protocol/tls/ja.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "text/hex.h"

namespace outspan::protocol::tls {
namespace {

/// RFC 8701: 0x0a0a, 0x1a1a ... 0xfafa.
bool is_grease(std::uint16_t value) noexcept {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

std::vector<std::uint16_t> without_grease(std::vector<std::uint16_t> values) noexcept {
  values.erase(std::remove_if(values.begin(), values.end(), is_grease), values.end());
  return values;
}

std::string digest(const EVP_MD* algorithm, std::string_view text) noexcept {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), out.data(), &size, algorithm, nullptr) != 1) return {};
  return text::to_hex(Bytes(out).first(size));
}

template <class Values>
std::string decimal_list(const Values& values) noexcept {
  std::string text;
  for (const auto value : values) {
    if (!text.empty()) text.push_back('-');
    text += std::to_string(value);
  }
  return text;
}

std::string hex_list(const std::vector<std::uint16_t>& values) noexcept {
  std::string text;
  for (const std::uint16_t value : values) {
    if (!text.empty()) text.push_back(',');
    const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(value >> 8),
                                            static_cast<std::uint8_t>(value)};
    text += text::to_hex(Bytes(bytes));
  }
  return text;
}

std::string_view version_code(std::uint16_t version) noexcept {
  switch (version) {
    case 0x0304: return "13";
    case 0x0303: return "12";
    case 0x0302: return "11";
    case 0x0301: return "10";
    case 0x0300: return "s3";
    case 0x0002: return "s2";
    case 0xfeff: return "d1";
    case 0xfefd: return "d2";
    case 0xfefc: return "d3";
    default: return "00";
  }
}

std::uint16_t highest_version(const ClientHello& hello) noexcept {
  const auto versions = without_grease(hello.supported_versions);
  if (versions.empty()) return hello.version;
  // DTLS counts down: 0xfefd is 1.2.
  const bool dtls = versions.front() >> 8 == 0xfe;
  return dtls ? *std::min_element(versions.begin(), versions.end())
              : *std::max_element(versions.begin(), versions.end());
}

std::string two_digits(std::size_t count) noexcept {
  count = std::min<std::size_t>(count, 99);
  return {static_cast<char>('0' + count / 10), static_cast<char>('0' + count % 10)};
}

bool alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// First and last character of the first protocol; of its hex form if they are not printable.
std::string alpn_code(std::string_view alpn) noexcept {
  if (alpn.empty()) return "00";
  if (alphanumeric(alpn.front()) && alphanumeric(alpn.back())) return {alpn.front(), alpn.back()};
  const std::string text = text::to_hex(as_bytes(alpn));
  return {text.front(), text.back()};
}

std::string short_hash(std::string_view text) noexcept {
  return text.empty() ? "000000000000" : digest(EVP_sha256(), text).substr(0, 12);
}

}  // namespace

std::string ja3_text(const ClientHello& hello) noexcept {
  return std::to_string(hello.version) + "," + decimal_list(without_grease(hello.ciphers)) + "," +
         decimal_list(without_grease(hello.extensions)) + "," +
         decimal_list(without_grease(hello.groups)) + "," + decimal_list(hello.point_formats);
}

std::string ja3(const ClientHello& hello) noexcept { return digest(EVP_md5(), ja3_text(hello)); }

std::string ja4(const ClientHello& hello, HelloTransport transport) noexcept {
  std::vector<std::uint16_t> ciphers = without_grease(hello.ciphers);
  std::vector<std::uint16_t> extensions = without_grease(hello.extensions);
  const std::size_t extension_count = extensions.size();
  std::sort(ciphers.begin(), ciphers.end());
  std::sort(extensions.begin(), extensions.end());
  // Server name and ALPN depend on the site, not on the software.
  extensions.erase(std::remove_if(extensions.begin(), extensions.end(),
                                  [](std::uint16_t type) { return type == 0 || type == 16; }),
                   extensions.end());

  std::string text(1, static_cast<char>(transport));
  text += version_code(highest_version(hello));
  text += hello.has_server_name ? "d" : "i";
  text += two_digits(ciphers.size());
  text += two_digits(extension_count);
  text += alpn_code(hello.alpn);

  std::string tail = hex_list(extensions);
  if (!hello.signature_algorithms.empty() && !tail.empty())
    tail += "_" + hex_list(without_grease(hello.signature_algorithms));
  return text + "_" + short_hash(hex_list(ciphers)) + "_" + short_hash(tail);
}

}  // namespace outspan::protocol::tls
