#include "content/tar.h"

#include <algorithm>

namespace outspan::content {
namespace {

constexpr std::size_t kBlock = 512;

std::string field(Bytes header, std::size_t at, std::size_t size) {
  const std::string_view text = as_text(header.subspan(at, size));
  return std::string(text.substr(0, text.find('\0')));
}

/// Octal digits, or a big-endian number behind a byte of 0x80 (GNU).
std::uint64_t number(Bytes header, std::size_t at, std::size_t size) noexcept {
  std::uint64_t value = 0;
  if (header[at] == 0x80) {
    for (std::size_t i = at + 1; i < at + size; ++i) value = value << 8 | header[i];
    return value;
  }
  for (std::size_t i = at; i < at + size; ++i)
    if (header[i] >= '0' && header[i] <= '7') value = value * 8 + (header[i] - '0');
  return value;
}

/// The path record of a pax header: "27 path=some/name\n".
std::string pax_path(std::string_view records) {
  const std::size_t at = records.find(" path=");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = records.substr(at + 6);
  return std::string(rest.substr(0, rest.find('\n')));
}

std::string member_name(Bytes header) {
  std::string name = field(header, 0, 100);
  const std::string prefix = field(header, 345, 155);
  const bool ustar = header[263] == '0';  // GNU keeps other things there
  return ustar && !prefix.empty() ? prefix + "/" + name : name;
}

}  // namespace

bool TarOpener::claims(const Magic& magic) const noexcept { return magic.form == Form::tar; }

const char* TarOpener::open(Bytes whole, ContainerSink& sink) const noexcept {
  std::string long_name;
  while (whole.size() >= kBlock) {
    const Bytes header = whole.first(kBlock);
    whole = whole.subspan(kBlock);
    if (header[0] == 0) continue;  // padding between archives and at the end
    if (as_text(header.subspan(257, 5)) != "ustar") return "damaged";
    const std::uint64_t size = number(header, 124, 12);
    const Bytes body =
        whole.first(static_cast<std::size_t>(std::min<std::uint64_t>(size, whole.size())));
    const std::uint64_t padded = size > whole.size() ? size : (size + kBlock - 1) / kBlock * kBlock;
    whole = whole.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(padded, whole.size())));
    const std::uint8_t type = header[156];
    if (type == 'L' || type == 'x') {
      const std::string_view text = as_text(body);
      long_name = type == 'L' ? std::string(text.substr(0, text.find('\0'))) : pax_path(text);
      continue;
    }
    const std::string name = long_name.empty() ? member_name(header) : std::move(long_name);
    long_name.clear();
    if (!sink.begin_member(name)) return "budget";
    const bool more = sink.data(body);
    sink.end_member();
    if (!more) return "budget";
    if (body.size() < size) return nullptr;  // cut short on the wire, which the ledger knows
  }
  return nullptr;
}

}  // namespace outspan::content
