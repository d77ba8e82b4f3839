#include "fingerprint/index/header.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/byte_writer.h"

namespace outspan::fingerprint {
namespace {

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.number(texts.size(), 2);
  for (const std::string& one : texts) out.text(one);
}

class Reader {
 public:
  explicit Reader(Bytes bytes) noexcept : in_(bytes) {}
  [[nodiscard]] ByteCursor& in() noexcept { return in_; }
  std::string text() {
    const std::size_t size = in_.u16_le();
    return std::string(as_text(in_.take(size)));
  }
  std::vector<std::string> texts() {
    std::vector<std::string> all;
    const std::size_t count = in_.u16_le();
    for (std::size_t i = 0; i < count && in_.ok(); ++i) all.push_back(text());
    return all;
  }
  template <std::size_t N>
  void array(std::array<std::uint8_t, N>& out) {
    const Bytes taken = in_.take(N);
    if (taken.size() == N) std::copy(taken.begin(), taken.end(), out.begin());
  }

 private:
  ByteCursor in_;
};

constexpr std::size_t kSizeAt = kMagic.size() + 8;  // magic, two versions, then the size

void write_column(ByteWriter& out, const Column& column) {
  out.number(static_cast<std::uint8_t>(column.type), 1);
  out.number((column.weak ? 1u : 0u) | (column.unusual_characters ? 2u : 0u) |
                 (column.formats_given ? 4u : 0u),
             1);
  out.number(column.cells, 8);
  out.number(column.distinct, 8);
  out.number(column.home_lines, 8);
  out.number(std::bit_cast<std::uint64_t>(column.density), 8);
  out.number(column.size_min, 4);
  out.number(column.size_max, 4);
  out.text(column.name);
  out.text(column.header);
  write_texts(out, column.formats);
}

bool read_column(Reader& in, Column& column) {
  const std::uint8_t type = in.in().u8(), flags = in.in().u8();
  column.type = static_cast<ColumnType>(type);
  column.weak = (flags & 1) != 0;
  column.unusual_characters = (flags & 2) != 0;
  column.formats_given = (flags & 4) != 0;
  column.cells = in.in().u64_le();
  column.distinct = in.in().u64_le();
  column.home_lines = in.in().u64_le();
  column.density = std::bit_cast<double>(in.in().u64_le());
  column.size_min = in.in().u32_le();
  column.size_max = in.in().u32_le();
  column.name = in.text();
  column.header = in.text();
  column.formats = in.texts();
  return in.in().ok() && type < kColumnTypes && std::isfinite(column.density);
}

Problem damaged(const std::string& name) {
  return {name, "this index is damaged: its header does not make sense"};
}

}  // namespace

const Section* Header::section(SectionKind kind, std::uint32_t column) const noexcept {
  const auto found = std::find_if(sections.begin(), sections.end(), [&](const Section& section) {
    return section.kind == kind && section.column == column;
  });
  return found == sections.end() ? nullptr : &*found;
}

Result<std::vector<std::uint8_t>> encode(const Header& header, const Key& key) {
  ByteWriter out;
  out.bytes(kMagic);
  out.number(kFormatVersion, 4);
  out.number(kFormsVersion, 4);
  out.number(0, 4);  // the size, filled in below
  out.bytes(header.key_id);
  out.number(static_cast<std::uint64_t>(header.built_at_s), 8);
  out.number(header.rows, 8);
  out.number(header.canaries, 8);
  write_texts(out, header.countries);
  out.text(header.libraries);
  out.text(header.canary_header);
  out.number(header.columns.size(), 2);
  for (const Column& column : header.columns) write_column(out, column);
  out.number(header.sections.size(), 2);
  for (const Section& section : header.sections) {
    out.number(static_cast<std::uint32_t>(section.kind), 4);
    out.number(section.column, 4);
    out.number(section.offset, 8);
    out.number(section.bytes, 8);
  }
  out.bytes(header.digests_digest);
  const std::size_t size = out.out().size();
  if (size + sizeof(Mac) > kHeaderBytes)
    return Problem{"",
                   "too many ticket formats or too long column names for the header of an index"};
  for (std::size_t i = 0; i < 4; ++i)
    out.out()[kSizeAt + i] = static_cast<std::uint8_t>(size >> 8 * i);
  out.bytes(key.mac(out.out()));
  out.out().resize(kHeaderBytes);
  return std::move(out.out());
}

Result<Header> decode(const std::string& name, Bytes bytes, const Key* key) {
  if (bytes.size() < kMagic.size() || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin()))
    return Problem{name, "this is no fingerprint index"};
  Reader in(bytes.subspan(kMagic.size()));
  const std::uint32_t format = in.in().u32_le(), forms = in.in().u32_le();
  if (in.in().ok() && format > kFormatVersion)
    return Problem{name, "this index is in format " + std::to_string(format) +
                             ", made by a newer outspan; this one reads format " +
                             std::to_string(kFormatVersion)};
  if (in.in().ok() && forms != kFormsVersion)
    return Problem{name, "this index has values in forms of version " + std::to_string(forms) +
                             ", and this outspan looks for version " +
                             std::to_string(kFormsVersion) + ": build it again from its source"};
  const std::size_t size = in.in().u32_le();
  if (!in.in().ok() || format == 0 || size < kSizeAt + 4 || bytes.size() < kHeaderBytes ||
      size + sizeof(Mac) > kHeaderBytes)
    return Problem{name, "this index is damaged: it is cut short"};
  Header header;
  in.array(header.key_id);
  if (key != nullptr && header.key_id != key->id())
    return Problem{name, "this index was built with another key: its key id is " +
                             to_hex(header.key_id) + ", the key's is " + to_hex(key->id())};
  if (key != nullptr) {
    const Mac mac = key->mac(bytes.first(size));
    if (CRYPTO_memcmp(mac.data(), bytes.data() + size, mac.size()) != 0)
      return Problem{name, "this index is damaged or forged: its header is not what was written"};
  }
  header.built_at_s = static_cast<std::int64_t>(in.in().u64_le());
  header.rows = in.in().u64_le();
  header.canaries = in.in().u64_le();
  header.countries = in.texts();
  header.libraries = in.text();
  header.canary_header = in.text();
  const std::size_t columns = in.in().u16_le();
  if (!in.in().ok() || columns == 0 || columns > kColumnsMax) return damaged(name);
  for (std::size_t i = 0; i < columns; ++i)
    if (!read_column(in, header.columns.emplace_back())) return damaged(name);
  const std::size_t sections = in.in().u16_le();
  for (std::size_t i = 0; i < sections && in.in().ok(); ++i) {
    Section section;
    section.kind = static_cast<SectionKind>(in.in().u32_le());
    section.column = in.in().u32_le();
    section.offset = in.in().u64_le();
    section.bytes = in.in().u64_le();
    header.sections.push_back(section);
  }
  in.array(header.digests_digest);
  if (!in.in().ok() || header.rows > 0xffffffffu) return damaged(name);
  return header;
}

}  // namespace outspan::fingerprint
