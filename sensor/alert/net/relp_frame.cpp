#include "alert/net/relp_frame.h"

#include <fmt/format.h>

#include <charconv>

namespace outspan::alert {
namespace {

constexpr std::size_t kHeadBytesMax = 9 + 1 + 32 + 1 + 9 + 1;
constexpr std::size_t kDataBytesMax = 128 << 10;

/// nullopt: no number of at most nine digits.
std::optional<std::uint32_t> number(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.size() > 9 || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

}  // namespace

std::string to_text(const RelpFrame& frame) {
  return fmt::format("{} {} {}{}{}\n", frame.transaction, frame.command, frame.data.size(),
                     frame.data.empty() ? "" : " ", frame.data);
}

std::optional<RelpFrame> take_relp_frame(std::string& received, bool& broken) {
  received.erase(0, received.find_first_not_of('\n'));  // some answers of librelp end twice
  const std::string_view text(received);
  const std::size_t command_at = text.find(' ') + 1;
  const std::size_t size_at = command_at == 0 ? 0 : text.find(' ', command_at) + 1;
  const std::size_t head_end = size_at == 0 ? text.npos : text.find_first_of(" \n", size_at);
  if (head_end == text.npos) {
    broken = text.size() > kHeadBytesMax;
    return std::nullopt;
  }
  const auto transaction = number(text.substr(0, command_at - 1));
  const auto size = number(text.substr(size_at, head_end - size_at));
  broken = !transaction || !size || *size > kDataBytesMax || (*size != 0 && text[head_end] != ' ');
  if (broken) return std::nullopt;
  const std::size_t data_at = text[head_end] == ' ' ? head_end + 1 : head_end;
  if (text.size() <= data_at + *size) return std::nullopt;
  broken = text[data_at + *size] != '\n';
  if (broken) return std::nullopt;
  RelpFrame frame{*transaction, std::string(text.substr(command_at, size_at - 1 - command_at)),
                  std::string(text.substr(data_at, *size))};
  received.erase(0, data_at + *size + 1);
  return frame;
}

}  // namespace outspan::alert
