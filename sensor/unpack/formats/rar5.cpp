#include "unpack/formats/rar5.h"

#include <string_view>

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;

enum HeaderType : std::uint64_t { kFile = 2, kService = 3, kEncryption = 4, kEnd = 5 };

/// Seven bits a byte, the lowest first.
std::uint64_t vint(ByteCursor& in) noexcept {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const std::uint8_t byte = in.u8();
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

/// Of a file header, behind its sizes.
std::string file_name(ByteCursor& header) {
  const std::uint64_t flags = vint(header);
  vint(header);                          // size when unpacked
  vint(header);                          // attributes
  if ((flags & 2) != 0) header.skip(4);  // time
  if ((flags & 4) != 0) header.skip(4);  // checksum
  vint(header);                          // compression
  vint(header);                          // operating system
  return std::string(as_text(header.take(static_cast<std::size_t>(vint(header)))));
}

/// Whether one of the records at the end of a header is that of encryption.
bool has_encryption_record(ByteCursor extra) noexcept {
  while (extra.ok() && extra.left() > 1) {
    const std::uint64_t size = vint(extra);
    ByteCursor record(extra.take(static_cast<std::size_t>(size)));
    if (vint(record) == 1 && record.ok()) return true;
  }
  return false;
}

}  // namespace

Rar5Encryption rar5_encryption(Bytes file) {
  Rar5Encryption found;
  if (!as_text(file).starts_with("Rar!\x1a\x07\x01\x00"sv)) return found;
  ByteCursor in(file.subspan(8));
  while (in.ok() && in.left() > 7) {
    in.skip(4);  // checksum
    const std::uint64_t size = vint(in);
    ByteCursor header(in.take(static_cast<std::size_t>(size)));
    const std::uint64_t type = vint(header);
    const std::uint64_t flags = vint(header);
    const std::uint64_t extra_bytes = (flags & 1) != 0 ? vint(header) : 0;
    const std::uint64_t data_bytes = (flags & 2) != 0 ? vint(header) : 0;
    if (!header.ok() || type == kEnd) return found;
    if (type == kEncryption) {
      found.of_headers = true;
      return found;
    }
    const bool is_file = type == kFile || type == kService;
    if (is_file && extra_bytes <= header.left()) {
      const Bytes extra = header.rest().last(static_cast<std::size_t>(extra_bytes));
      if (has_encryption_record(ByteCursor(extra))) found.names.insert(file_name(header));
    }
    in.skip(static_cast<std::size_t>(data_bytes));
  }
  return found;
}

}  // namespace outspan::unpack
