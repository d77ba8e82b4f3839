#include "content/zip_header.h"

#include <algorithm>
#include <array>

namespace outspan::content {
namespace {

using namespace std::string_view_literals;

std::uint64_t little(Bytes bytes, std::size_t at, std::size_t size) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | bytes[at + i - 1];
  return value;
}

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
  if (fixed.size() < kZipLocalHeaderBytes || !as_text(fixed).starts_with("PK\x03\x04"sv)) return 0;
  const std::uint64_t version = little(fixed, 4, 2) & 0xff;
  const std::uint64_t method = little(fixed, 8, 2);
  const std::uint64_t name_bytes = little(fixed, 26, 2);
  const bool known = version <= 63 && (method <= 20 || (method >= 93 && method <= 99));
  if (!known || name_bytes > 4096) return 0;
  return kZipLocalHeaderBytes + static_cast<std::size_t>(name_bytes + little(fixed, 28, 2));
}

ZipLocalHeader parse_zip_local_header(Bytes header) {
  ZipLocalHeader out;
  out.flags = static_cast<std::uint16_t>(little(header, 6, 2));
  out.method = static_cast<std::uint16_t>(little(header, 8, 2));
  out.crc = static_cast<std::uint32_t>(little(header, 14, 4));
  out.compressed_bytes = little(header, 18, 4);
  out.bytes = little(header, 22, 4);
  const auto name_bytes = static_cast<std::size_t>(little(header, 26, 2));
  out.name = as_text(header.subspan(kZipLocalHeaderBytes, name_bytes));
  Bytes extra = header.subspan(kZipLocalHeaderBytes + name_bytes);
  while (extra.size() >= 4) {
    const std::uint64_t id = little(extra, 0, 2);
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(little(extra, 2, 2), extra.size() - 4));
    Bytes field = extra.subspan(4, size);
    extra = extra.subspan(4 + size);
    if (id != kZip64) continue;
    for (std::uint64_t* value : {&out.bytes, &out.compressed_bytes}) {
      if (*value != kInZip64 || field.size() < 8) continue;
      *value = little(field, 0, 8);
      field = field.subspan(8);
    }
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
  constexpr std::array<std::string_view, 11> kNames{"[Content_Types].xml",
                                                    "mimetype",
                                                    "_rels/",
                                                    "docProps/",
                                                    "xl/",
                                                    "word/",
                                                    "ppt/",
                                                    "OEBPS/",
                                                    "META-INF/manifest.xml",
                                                    "customXml/",
                                                    "content.xml"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [first_name](std::string_view name) { return first_name.starts_with(name); });
}

}  // namespace outspan::content
