#include "unpack/formats/old_workbook.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "text/utf8.h"
#include "unpack/formats/numbers.h"
#include "unpack/formats/row_writer.h"

namespace outspan::unpack {
namespace {

/// [MS-XLS] 2.3
enum RecordType : std::uint16_t {
  kFormula = 0x06,
  kContinue = 0x3c,
  kBoundSheet = 0x85,
  kMultipleRk = 0xbd,
  kRichLabel = 0xd6,
  kSharedStrings = 0xfc,
  kSharedLabel = 0xfd,
  kNumber = 0x203,
  kLabel = 0x204,
  kString = 0x207,
  kRk = 0x27e,
  kBegin = 0x809,
};

/// Characters in one byte are the lower halves of UTF-16.
std::string utf8_of(Bytes characters, bool wide) {
  if (wide) return text::utf8_of_utf16(as_text(characters));
  std::string text;
  for (const std::uint8_t c : characters) text::append_utf8(text, c);
  return text;
}

/// XLUnicodeString, behind its count of characters.
std::string plain_string(ByteCursor& in, std::size_t characters) {
  const bool wide = (in.u8() & 1) != 0;
  return utf8_of(in.take(wide ? characters * 2 : characters), wide);
}

/// A record with those that continue it.
class Continued {
 public:
  explicit Continued(std::vector<Bytes> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  std::uint32_t number(unsigned bytes) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= static_cast<std::uint32_t>(byte()) << 8 * i;
    return value;
  }
  void skip(std::size_t bytes) noexcept {
    while (bytes > 0 && next()) {
      const std::size_t size = std::min(bytes, here().size());
      parts_[part_] = here().subspan(size);
      bytes -= size;
    }
  }
  /// Where characters go on in another record, that says anew how wide they are.
  std::string characters(std::size_t count, bool wide) {
    std::string text;
    while (count > 0 && ok_) {
      if (here().empty()) wide = (byte() & 1) != 0;
      const std::size_t width = wide ? 2 : 1;
      const std::size_t taken = std::min(count, here().size() / width);
      if (taken == 0) ok_ = false;
      text += utf8_of(here().first(taken * width), wide);
      parts_[part_] = here().subspan(taken * width);
      count -= taken;
    }
    return text;
  }

 private:
  [[nodiscard]] Bytes here() const noexcept { return parts_[part_]; }
  bool next() noexcept {
    while (here().empty() && part_ + 1 < parts_.size()) ++part_;
    ok_ = ok_ && !here().empty();
    return ok_;
  }
  std::uint8_t byte() noexcept {
    if (!next()) return 0;
    const std::uint8_t first = here()[0];
    parts_[part_] = here().subspan(1);
    return first;
  }

  std::vector<Bytes> parts_;  // at least one
  std::size_t part_ = 0;
  bool ok_ = true;
};

class Book {
 public:
  explicit Book(Output& output) : output_(output), rows_(output) {}

  void read(Bytes stream) {
    ByteCursor in(stream);
    while (in.left() >= 4) {
      const auto at = static_cast<std::uint32_t>(stream.size() - in.left());
      const std::uint16_t type = in.u16_le();
      const Bytes payload = in.take(in.u16_le());
      if (!in.ok()) break;
      if (type == kContinue) {
        if (!shared_.empty()) shared_.push_back(payload);
        continue;
      }
      if (!shared_.empty()) read_shared();
      if (type == kSharedStrings) shared_.push_back(payload);
      if (type == kBegin) begin(at, payload);
      if (is_known_) record(type, ByteCursor(payload));
    }
    rows_.end_row();
    output_.end();
  }

 private:
  void begin(std::uint32_t at, Bytes payload) {
    constexpr std::uint16_t kExcel97 = 0x600;
    is_known_ = ByteCursor(payload).u16_le() == kExcel97;
    rows_.end_row();
    for (const auto& [place, name] : sheets_)
      if (place == at) output_.begin(name);
    in_sheet_ = at != 0;
  }

  void record(std::uint16_t type, ByteCursor in) {
    if (type == kBoundSheet) {
      const std::uint32_t place = in.u32_le();
      in.skip(2);
      const std::size_t characters = in.u8();
      sheets_.emplace_back(place, plain_string(in, characters));
      return;
    }
    if (!in_sheet_) return;
    if (type == kString && in.left() > 2) {
      const std::size_t characters = in.u16_le();
      return rows_.cell(column_, plain_string(in, characters));
    }
    switch (type) {
      case kFormula:
      case kMultipleRk:
      case kRichLabel:
      case kSharedLabel:
      case kNumber:
      case kLabel:
      case kRk: break;
      default: return;
    }
    if (std::exchange(row_, in.u16_le()) != row_) rows_.end_row();
    column_ = in.u16_le();
    cell(type, in);
  }

  void cell(std::uint16_t type, ByteCursor in) {
    if (type == kMultipleRk) {
      constexpr std::size_t kOneBytes = 6;
      while (in.left() >= kOneBytes) {
        in.skip(2);
        rows_.cell(column_++, cell_text(rk_number(in.u32_le())));
      }
      return;
    }
    in.skip(2);  // format
    if (type == kSharedLabel) {
      const std::uint32_t index = in.u32_le();
      if (in.ok() && index < strings_.size()) rows_.cell(column_, strings_[index]);
    } else if (type == kRk) {
      rows_.cell(column_, cell_text(rk_number(in.u32_le())));
    } else if (type == kLabel || type == kRichLabel) {
      const std::size_t characters = in.u16_le();
      rows_.cell(column_, plain_string(in, characters));
    } else {
      // Of a formula as well, but what is no number has all bits set at its end; text follows then.
      const std::uint64_t bits = in.u64_le();
      if (in.ok() && bits >> 48 != 0xffff)
        rows_.cell(column_, cell_text(std::bit_cast<double>(bits)));
    }
  }

  /// [MS-XLS] 2.5.293
  void read_shared() {
    Continued in(std::exchange(shared_, {}));
    in.skip(8);  // how many there are
    while (in.ok()) {
      const std::uint32_t characters = in.number(2);
      const std::uint32_t flags = in.number(1);
      const std::uint32_t runs = (flags & 8) != 0 ? in.number(2) : 0;
      const std::uint32_t phonetic_bytes = (flags & 4) != 0 ? in.number(4) : 0;
      if (!in.ok()) return;
      strings_.push_back(in.characters(characters, (flags & 1) != 0));
      in.skip(std::size_t{runs} * 4 + phonetic_bytes);
    }
  }

  Output& output_;
  RowWriter rows_;
  std::vector<std::pair<std::uint32_t, std::string>> sheets_;  // by offset of their beginning
  std::vector<std::string> strings_;
  std::vector<Bytes> shared_;  // the record that is being read
  bool is_known_ = false;
  bool in_sheet_ = false;
  std::uint32_t row_ = UINT32_MAX;
  std::uint32_t column_ = 0;
};

}  // namespace

void unpack_old_workbook(Bytes workbook, Output& output) { Book(output).read(workbook); }

}  // namespace outspan::unpack
