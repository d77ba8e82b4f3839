#include "unpack/formats/sqlite_unused.h"

#include <algorithm>
#include <vector>

namespace outspan::unpack {
namespace {

constexpr std::size_t kFileHeaderBytes = 100;
constexpr std::uint8_t kInteriorIndex = 2, kInteriorTable = 5, kLeafIndex = 10, kLeafTable = 13;

std::uint32_t u16(Bytes bytes, std::size_t at) noexcept {
  return at + 2 > bytes.size() ? 0 : ByteCursor(bytes.subspan(at)).u16();
}
std::uint32_t u32(Bytes bytes, std::size_t at) noexcept {
  return at + 4 > bytes.size() ? 0 : ByteCursor(bytes.subspan(at)).u32();
}

class Unused {
 public:
  Unused(Bytes file, Output& output) : file_(file), output_(output) {
    page_bytes_ = u16(file, 16) == 1 ? 65536 : u16(file, 16);
    if (page_bytes_ >= 512) free_.resize(file.size() / page_bytes_ + 1);
  }

  void write() {
    if (free_.empty()) return;
    mark_free_pages();
    std::size_t number = 1;
    for (Bytes left = file_; left.size() >= page_bytes_;
         left = left.subspan(page_bytes_), ++number) {
      const Bytes page = left.first(page_bytes_);
      if (free_[number])
        hand_on(page);
      else
        write_page(page, number == 1 ? kFileHeaderBytes : 0);
    }
    const std::uint64_t pages = u32(file_, 28);
    if (pages > 0 && pages * page_bytes_ < file_.size())
      hand_on(file_.subspan(pages * page_bytes_));
  }

 private:
  void mark(std::uint32_t number) {
    if (number < free_.size()) free_[number] = true;
  }

  /// Trunk pages name the next trunk, and leaves.
  void mark_free_pages() {
    for (std::uint32_t trunk = u32(file_, 32);
         trunk > 0 && trunk < free_.size() && !free_[trunk];) {
      mark(trunk);
      const Bytes page = page_at(trunk);
      const std::uint32_t leaves =
          std::min<std::uint32_t>(u32(page, 4), static_cast<std::uint32_t>(page.size() / 4));
      for (std::uint32_t i = 0; i < leaves; ++i) mark(u32(page, 8 + std::size_t{4} * i));
      trunk = u32(page, 0);
    }
  }

  [[nodiscard]] Bytes page_at(std::uint32_t number) const noexcept {
    const std::size_t begin = (std::size_t{number} - 1) * page_bytes_;
    return begin >= file_.size()
               ? Bytes()
               : file_.subspan(begin, std::min(page_bytes_, file_.size() - begin));
  }

  /// Between the cells of a page, and in the blocks that deleted cells leave.
  void write_page(Bytes page, std::size_t header) {
    const std::uint8_t type = page[header];
    const bool interior = type == kInteriorIndex || type == kInteriorTable;
    if (!interior && type != kLeafIndex && type != kLeafTable) return;
    const std::size_t begin = header + (interior ? 12 : 8) + std::size_t{2} * u16(page, header + 3);
    const std::size_t content = u16(page, header + 5);
    const std::size_t end = content == 0 ? page.size() : content;
    if (begin < end && end <= page.size()) hand_on(page.subspan(begin, end - begin));
    // They stand in ascending order.
    std::size_t before = 0;
    for (std::size_t at = u16(page, header + 1); at > before; at = u16(page, at)) {
      const std::size_t size = u16(page, at + 2);
      if (at + size > page.size()) break;
      hand_on(page.subspan(at, size));
      before = at;
    }
  }

  void hand_on(Bytes bytes) {
    if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; }))
      return;
    output_.rest(bytes);
    output_.rest(as_bytes("\n"));
  }

  Bytes file_;
  Output& output_;
  std::size_t page_bytes_ = 0;
  std::vector<bool> free_;  // by number, from 1
};

}  // namespace

void write_sqlite_unused(Bytes file, Output& output) { Unused(file, output).write(); }

}  // namespace outspan::unpack
