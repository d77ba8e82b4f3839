#pragma once

#include <cstdint>
#include <memory>

#include "core/bytes.h"

namespace outspan::content {

/// What bytes of a picture are.
enum class PicturePart : std::uint8_t {
  frame,  ///< marks, lengths, tables
  pixels,
  text,      ///< of people: comments, descriptions, XMP
  deflated,  ///< such a text as a stream of zlib
  bytes,     ///< values among binary fields: EXIF, IPTC
};

/// The bytes from one mark of a picture to the next.
struct PictureSegment {
  static constexpr std::uint64_t kToMark = UINT64_MAX;

  PicturePart part = PicturePart::frame;
  std::uint64_t size = 0;      ///< kToMark: of JPEG, up to the next mark
  const char* name = nullptr;  ///< of the node; static
  bool goes_on = false;        ///< the text of the segment before goes on
  /// What stands in front of the text: strings that end with NUL, then so many bytes, then strings
  /// again. Of `flagged` the first of those bytes says whether the text is compressed.
  std::uint8_t strings = 0;
  std::uint8_t fixed = 0;
  std::uint8_t more_strings = 0;
  bool flagged = false;
  bool last = false;  ///< the picture ends after it
};

/// Reads the structure of one format: which segment follows.
class PictureFormat {
 public:
  static constexpr std::size_t kHeadMax = 80;

  virtual ~PictureFormat() = default;
  /// `head`: the bytes after the last segment. How many it wants to see, at most kHeadMax; no more
  /// than are there: `segment` follows them. 0: this is no picture any more.
  virtual std::size_t read(Bytes head, PictureSegment& segment) noexcept = 0;
};

/// By the first bytes; nullptr: no format that is read here.
std::unique_ptr<PictureFormat> picture_format(Bytes beginning) noexcept;

}  // namespace outspan::content
