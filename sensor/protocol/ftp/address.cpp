#include "protocol/ftp/address.h"

#include <charconv>

namespace outspan::protocol::ftp {
namespace {

std::optional<unsigned> number(std::string_view& text, unsigned max) noexcept {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > max) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::uint16_t> six_numbers(std::string_view text) noexcept {
  unsigned parts[6] = {};
  for (int i = 0; i < 6; ++i) {
    if (i > 0) {
      if (text.empty() || text.front() != ',') return std::nullopt;
      text.remove_prefix(1);
    }
    const auto part = number(text, 255);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  const unsigned port = parts[4] << 8 | parts[5];
  return port == 0 ? std::nullopt : std::optional(static_cast<std::uint16_t>(port));
}

}  // namespace

std::optional<std::uint16_t> host_port(std::string_view text) noexcept {
  // Servers differ in the words around it; some leave out the parentheses.
  bool in_number = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (digit && !in_number)
      if (const auto port = six_numbers(text.substr(i))) return port;
    in_number = digit || text[i] == ',';
  }
  return std::nullopt;
}

std::optional<std::uint16_t> extended_port(std::string_view text) noexcept {
  if (const std::size_t open = text.rfind('('); open != std::string_view::npos)
    text.remove_prefix(open + 1);
  if (text.empty()) return std::nullopt;
  const char delimiter = text.front();
  for (int i = 0; i < 3; ++i) {
    const std::size_t next = text.find(delimiter);
    if (next == std::string_view::npos) return std::nullopt;
    text.remove_prefix(next + 1);
  }
  const auto port = number(text, 65535);
  if (!port || *port == 0 || text.empty() || text.front() != delimiter) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

}  // namespace outspan::protocol::ftp
