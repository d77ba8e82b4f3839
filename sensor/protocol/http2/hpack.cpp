#include "protocol/http2/hpack.h"

#include <algorithm>
#include <utility>

#include "protocol/http2/huffman.h"
#include "protocol/http2/static_table.h"

namespace outspan::protocol::http2 {
namespace {

/// RFC 7541, 4.1.
std::size_t entry_bytes(const Field& field) noexcept {
  return field.name.size() + field.value.size() + 32;
}

}  // namespace

/// Integers and strings of a header block (RFC 7541, 5).
class HpackDecoder::Reader {
 public:
  explicit Reader(Bytes block) noexcept : in_(block) {}

  [[nodiscard]] bool done() const noexcept { return in_.left() == 0; }
  [[nodiscard]] bool ok() const noexcept { return ok_ && in_.ok(); }
  [[nodiscard]] std::uint8_t peek() const noexcept { return in_.rest().front(); }

  /// With a prefix of so many bits in the byte that it begins in.
  std::uint64_t integer(unsigned prefix_bits) noexcept {
    const std::uint64_t prefix_max = (1U << prefix_bits) - 1;
    std::uint64_t value = in_.u8() & prefix_max;
    if (value < prefix_max) return value;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint64_t byte = in_.u8();
      if (shift > 28 || !in_.ok()) {
        ok_ = false;
        return 0;
      }
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  std::string string() noexcept {
    if (in_.left() == 0) {
      ok_ = false;
      return {};
    }
    const bool huffman = (peek() & 0x80) != 0;
    const std::uint64_t size = integer(7);
    if (!ok() || size > in_.left()) {
      ok_ = false;
      return {};
    }
    const Bytes bytes = in_.take(static_cast<std::size_t>(size));
    if (!huffman) return std::string(as_text(bytes));
    std::string text;
    ok_ = decode_huffman(bytes, text);
    return text;
  }

 private:
  ByteCursor in_;
  bool ok_ = true;
};

bool HpackDecoder::decode(Bytes block, std::size_t text_max, std::vector<Field>& fields) noexcept {
  Reader in(block);
  std::size_t text = 0;
  while (!in.done()) {
    if ((in.peek() & 0xe0) == 0x20) {  // 6.3
      const std::uint64_t size = in.integer(5);
      if (!in.ok()) return false;
      resize(size);
      continue;
    }
    const bool repeats = (in.peek() & 0x80) != 0;
    Field next;
    if (!field(in, next)) return false;
    text += next.name.size() + next.value.size();
    if (text <= text_max || !repeats) fields.push_back(std::move(next));
  }
  return true;
}

bool HpackDecoder::field(Reader& in, Field& field) noexcept {
  const std::uint8_t first = in.peek();
  if ((first & 0x80) != 0) {  // 6.1
    const std::uint64_t index = in.integer(7);
    return in.ok() && indexed(index, field);
  }
  const bool stored = (first & 0x40) != 0;  // 6.2.1; otherwise 6.2.2 and 6.2.3
  const std::uint64_t name = in.integer(stored ? 6 : 4);
  if (!in.ok()) return false;
  if (name != 0) {
    if (!indexed(name, field)) return false;
  } else {
    field.name = in.string();
  }
  field.value = in.string();
  field.value_known = true;
  if (!in.ok()) return false;
  if (stored) add(field);
  return true;
}

bool HpackDecoder::indexed(std::uint64_t index, Field& field) const noexcept {
  if (index == 0) return false;
  if (index <= kStaticTable.size()) {
    const StaticField& known = kStaticTable[static_cast<std::size_t>(index) - 1];
    field.name = known.name;
    field.value = known.value;
    return true;
  }
  const std::uint64_t at = index - kStaticTable.size() - 1;
  if (at < table_.size()) {
    field = table_[static_cast<std::size_t>(at)];
    return true;
  }
  field.name_known = field.value_known = false;
  // Not more entries than the smallest ones that fit.
  return lost_ && at < kTableBytesMax / 32;
}

void HpackDecoder::add(const Field& field) noexcept {
  table_bytes_ += entry_bytes(field);
  table_.push_front(field);
  evict();
}

void HpackDecoder::resize(std::uint64_t bytes) noexcept {
  // Of a larger table the oldest entries are forgotten here and known to the sender.
  lost_ |= bytes > kTableBytesMax;
  table_bytes_max_ = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kTableBytesMax));
  if (bytes == 0) lost_ = false;
  evict();
}

void HpackDecoder::evict() noexcept {
  while (table_bytes_ > table_bytes_max_) {
    table_bytes_ -= entry_bytes(table_.back());
    table_.pop_back();
  }
}

void HpackDecoder::lose() noexcept {
  table_.clear();
  table_bytes_ = 0;
  table_bytes_max_ = kTableBytesMax;
  lost_ = true;
}

}  // namespace outspan::protocol::http2
