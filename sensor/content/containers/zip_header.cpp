#include "content/containers/zip_header.h"

#include <algorithm>
#include <array>

#include "text/ascii.h"

namespace outspan::content {
namespace {

using namespace std::string_view_literals;

void put(std::string& out, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

/// Fields that a local header and an entry of the central directory share. Sizes fit: members are
/// bounded before.
void put_common(std::string& out, const ZipLocalHeader& header) {
  put(out, 63, 2);                                // version needed: all methods
  put(out, header.flags & ~std::uint64_t{9}, 2);  // no descriptor, not encrypted
  put(out, header.method, 2);
  put(out, 0, 4);  // time, date
  put(out, header.crc, 4);
  put(out, header.compressed_bytes, 4);
  put(out, header.bytes, 4);
  put(out, header.name.size(), 2);
  put(out, 0, 2);  // extra field
}

constexpr std::uint16_t kZip64 = 1;
constexpr std::uint64_t kInZip64 = 0xffffffff;

}  // namespace

std::size_t zip_local_header_bytes(Bytes fixed) noexcept {
  if (!as_text(fixed).starts_with("PK\x03\x04"sv)) return 0;
  ByteCursor in(fixed.subspan(4));
  const std::uint16_t version = in.u16_le() & 0xff;
  in.skip(2);  // flags
  const std::uint16_t method = in.u16_le();
  in.skip(16);  // time, date, checksum, sizes
  const std::size_t name_bytes = in.u16_le();
  const std::size_t extra_bytes = in.u16_le();
  // Readers go by the central directory, so a wrong version or method here hides nothing from them.
  const bool usual = version <= 63 && zip_method::is_assigned(method);
  if (!in.ok() || name_bytes > 4096 || (!usual && name_bytes == 0)) return 0;
  return kZipLocalHeaderBytes + name_bytes + extra_bytes;
}

ZipLocalHeader parse_zip_local_header(Bytes header) {
  ZipLocalHeader out;
  ByteCursor in(header);
  in.skip(6);  // mark, version
  out.flags = in.u16_le();
  out.method = in.u16_le();
  in.skip(4);  // time, date
  out.crc = in.u32_le();
  out.compressed_bytes = in.u32_le();
  out.bytes = in.u32_le();
  const std::size_t name_bytes = in.u16_le();
  in.skip(2);  // size of the extra field: the rest
  out.name = as_text(in.take(name_bytes));
  while (in.left() >= 4) {
    const std::uint16_t id = in.u16_le();
    ByteCursor field(in.take(std::min<std::size_t>(in.u16_le(), in.left())));
    if (id != kZip64) continue;
    for (std::uint64_t* value : {&out.bytes, &out.compressed_bytes})
      if (*value == kInZip64 && field.left() >= 8) *value = field.u64_le();
  }
  return out;
}

std::string zip_before(const ZipLocalHeader& header) {
  std::string out = "PK\x03\x04";
  put_common(out, header);
  return out + header.name;
}

std::string zip_behind(const ZipLocalHeader& header) {
  std::string out = "PK\x01\x02";
  put(out, 63, 2);  // made by
  put_common(out, header);
  put(out, 0, 2);  // comment
  put(out, 0, 2);  // disk
  put(out, 0, 2);  // internal attributes
  put(out, 0, 4);  // external attributes
  put(out, 0, 4);  // offset of the local header
  out += header.name;
  const std::uint64_t directory_bytes = out.size();
  const std::uint64_t directory_at = zip_before(header).size() + header.compressed_bytes;
  out += "PK\x05\x06";
  put(out, 0, 4);  // disks
  put(out, 1, 2);
  put(out, 1, 2);
  put(out, directory_bytes, 4);
  put(out, directory_at, 4);
  put(out, 0, 2);
  return out;
}

bool begins_package(std::string_view first_name) noexcept {
  // As all programs mean them (ECMA-376, part 2, 6.2): in any case, with any separator.
  constexpr std::array<std::string_view, 11> kNames{"[content_types].xml",
                                                    "mimetype",
                                                    "_rels/",
                                                    "docprops/",
                                                    "xl/",
                                                    "word/",
                                                    "ppt/",
                                                    "oebps/",
                                                    "meta-inf/manifest.xml",
                                                    "customxml/",
                                                    "content.xml"};
  const auto begins = [first_name](std::string_view name) {
    if (first_name.size() < name.size()) return false;
    return std::equal(name.begin(), name.end(), first_name.begin(), [](char wanted, char c) {
      return wanted == (c == '\\' ? '/' : text::to_lower(c));
    });
  };
  return std::any_of(kNames.begin(), kNames.end(), begins);
}

}  // namespace outspan::content
