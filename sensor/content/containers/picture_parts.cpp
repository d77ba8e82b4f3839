#include "content/containers/picture_parts.h"

#include <algorithm>
#include <string_view>

#include "text/ascii.h"

namespace outspan::content {
namespace {

using namespace std::string_view_literals;

/// PNG (third edition), 5: chunks, each with its length, type and checksum.
class Png final : public PictureFormat {
 public:
  std::size_t read(Bytes head, PictureSegment& segment) noexcept override {
    // The signature, or the checksum of the chunk before.
    const std::size_t before = begun_ ? 4 : 8;
    if (head.size() < before + 8) return before + 8;
    begun_ = true;
    ByteCursor in(head.subspan(before));
    segment.size = in.u32();
    const std::string_view type = as_text(in.take(4));
    if (segment.size > INT32_MAX || !std::ranges::all_of(type, text::is_letter)) return 0;
    segment.last = type == "IEND";
    name_part(type, segment);
    return head.size();
  }

 private:
  static void name_part(std::string_view type, PictureSegment& segment) noexcept {
    using Part = PicturePart;
    if (type == "IDAT" || type == "fdAT") {
      segment.part = Part::pixels;
    } else if (type == "tEXt") {
      segment = {.part = Part::text, .size = segment.size, .name = "text", .strings = 1};
    } else if (type == "zTXt" || type == "iCCP") {
      segment = {
          .part = Part::deflated, .size = segment.size, .name = "text", .strings = 1, .fixed = 1};
    } else if (type == "iTXt") {
      segment = {.part = Part::text,
                 .size = segment.size,
                 .name = "text",
                 .strings = 1,
                 .fixed = 2,
                 .more_strings = 2,
                 .flagged = true};
    } else if (type != "IHDR" && type != "PLTE" && type != "IEND") {
      segment.part = Part::bytes;
      segment.name = type == "eXIf" ? "exif" : "chunk";
    }
  }

  bool begun_ = false;
};

/// ISO/IEC 10918-1, annex B: segments after marks, and the scans.
class Jpeg final : public PictureFormat {
 public:
  std::size_t read(Bytes head, PictureSegment& segment) noexcept override {
    if (head.size() < 2) return 2;
    if (head[0] != 0xff) return 0;
    const std::uint8_t mark = head[1];
    if (mark == 0xff) return 1;  // a byte that fills
    segment.last = mark == kEnd;
    if (mark == kBegin || mark == kEnd || mark == 0x01 || (mark >= 0xd0 && mark <= 0xd7)) return 2;
    if (head.size() < 4) return 4;
    const std::size_t length = static_cast<std::size_t>(head[2] << 8 | head[3]);
    if (length < 2) return 0;
    segment.size = length - 2;
    if (mark == kScan) return read_scan(head, segment);
    if (mark == kComment) {
      segment.part = PicturePart::text;
      segment.name = "comment";
      return 4;
    }
    return mark >= 0xe1 && mark <= 0xef ? read_application(head, mark, segment) : 4;
  }

 private:
  static constexpr std::uint8_t kBegin = 0xd8, kEnd = 0xd9, kScan = 0xda, kComment = 0xfe;

  /// The header of a scan, then its data.
  static std::size_t read_scan(Bytes head, PictureSegment& segment) noexcept {
    const std::size_t size = 4 + static_cast<std::size_t>(segment.size);
    if (size > kHeadMax) return 0;
    if (head.size() < size) return size;
    segment.part = PicturePart::pixels;
    segment.size = PictureSegment::kToMark;
    return size;
  }

  static std::size_t read_application(Bytes head, std::uint8_t mark,
                                      PictureSegment& segment) noexcept {
    // XMP (ISO 16684-3): the packet, and what did not fit into its segment, after an identifier, a
    // digest and the sizes.
    constexpr std::string_view kXmp = "http://ns.adobe.com/xap/1.0/\0"sv;
    constexpr std::string_view kMoreXmp = "http://ns.adobe.com/xmp/extension/\0"sv;
    constexpr std::size_t kMoreHead = kMoreXmp.size() + 40;
    segment.part = PicturePart::bytes;
    segment.name = mark == 0xe1 ? "exif" : "application";
    if (mark != 0xe1) return 4;
    const std::size_t wanted = 4 + std::min<std::size_t>(segment.size, kMoreHead);
    if (head.size() < wanted) return wanted;
    const std::string_view text = as_text(head.subspan(4));
    const bool more = text.starts_with(kMoreXmp) && text.size() == kMoreHead;
    if (!more && !text.starts_with(kXmp)) return 4;
    const std::size_t used = more ? kMoreHead : kXmp.size();
    segment.part = PicturePart::text;
    segment.name = more ? "extended xmp" : "xmp";
    // The offset within the whole stands last.
    segment.goes_on = more && as_text(head.last(4)) != "\0\0\0\0"sv;
    segment.size -= used;
    return 4 + used;
  }
};

/// GIF89a: blocks of pieces of up to 255 bytes.
class Gif final : public PictureFormat {
 public:
  std::size_t read(Bytes head, PictureSegment& segment) noexcept override {
    if (!begun_) return read_begin(head, segment);
    if (in_block_) return read_piece(head, segment);
    if (head.empty()) return 1;
    switch (head[0]) {
      case kTrailer: segment.last = true; return 1;
      case kExtension: return read_extension(head, segment);
      case kImage: return read_image(head, segment);
      default: return 0;
    }
  }

 private:
  static constexpr std::uint8_t kTrailer = 0x3b, kExtension = 0x21, kImage = 0x2c;
  static constexpr std::uint8_t kComment = 0xfe, kPlainText = 0x01, kApplication = 0xff;

  static std::size_t colors(std::uint8_t flags) noexcept {
    return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : 0;
  }
  std::size_t read_begin(Bytes head, PictureSegment& segment) noexcept {
    if (head.size() < 13) return 13;
    begun_ = true;
    segment.size = colors(head[10]);
    return 13;
  }
  std::size_t read_extension(Bytes head, PictureSegment& segment) noexcept {
    if (head.size() < 2) return 2;
    in_block_ = true;
    first_piece_ = true;
    const std::uint8_t label = head[1];
    block_ = {};
    if (label == kComment || label == kPlainText)
      block_ = {.part = PicturePart::text, .name = "comment"};
    // XMP among them, whose text is no pieces: bytes in a row do for it.
    if (label == kApplication) block_ = {.part = PicturePart::bytes, .name = "application"};
    segment.size = 0;
    return 2;
  }
  /// Its place and size, its colors; then the first size of a code, and the pixels.
  std::size_t read_image(Bytes head, PictureSegment& segment) noexcept {
    if (head.size() < 10) return 10;
    in_block_ = true;
    first_piece_ = true;
    block_ = {.part = PicturePart::pixels};
    segment.size = colors(head[9]) + 1;
    return 10;
  }
  std::size_t read_piece(Bytes head, PictureSegment& segment) noexcept {
    if (head.empty()) return 1;
    if (head[0] == 0) {
      in_block_ = false;
      return 1;
    }
    segment = block_;
    segment.size = head[0];
    segment.goes_on = !first_piece_;
    first_piece_ = false;
    return 1;
  }

  bool begun_ = false;
  bool in_block_ = false;
  bool first_piece_ = false;
  PictureSegment block_;
};

/// RIFF (WebP): chunks with an even number of bytes.
class Riff final : public PictureFormat {
 public:
  std::size_t read(Bytes head, PictureSegment& segment) noexcept override {
    const std::size_t before = begun_ ? odd_ : 12;
    if (head.size() < before + 8) return before + 8;
    begun_ = true;
    ByteCursor in(head.subspan(before));
    const std::string_view type = as_text(in.take(4));
    segment.size = in.u32_le();
    if (!std::ranges::all_of(type, text::is_printable)) return 0;
    odd_ = segment.size & 1;
    using Part = PicturePart;
    if (type == "XMP ")
      segment.part = Part::text, segment.name = "xmp";
    else if (type == "EXIF" || type == "ICCP" || type == "LIST")
      segment.part = Part::bytes, segment.name = type == "EXIF" ? "exif" : "chunk";
    else if (type.starts_with("VP8") || type == "ALPH" || type == "ANMF" || type == "data")
      segment.part = type == "VP8X" ? Part::frame : Part::pixels;
    else
      segment.part = Part::bytes, segment.name = "chunk";
    return head.size();
  }

 private:
  bool begun_ = false;
  std::size_t odd_ = 0;
};

}  // namespace

std::unique_ptr<PictureFormat> picture_format(Bytes beginning) noexcept {
  const std::string_view text = as_text(beginning);
  if (text.starts_with("\x89PNG\r\n\x1a\n"sv)) return std::make_unique<Png>();
  if (text.starts_with("\xff\xd8\xff"sv)) return std::make_unique<Jpeg>();
  if (text.starts_with("GIF8"sv)) return std::make_unique<Gif>();
  if (text.starts_with("RIFF"sv)) return std::make_unique<Riff>();
  return nullptr;
}

}  // namespace outspan::content
