#pragma once

#include <string>

#include "core/bytes.h"

namespace outspan::unpack {

struct DecompressedRtf {
  std::string text;
  bool whole = false;  ///< false: cut short or damaged; `text` is what came before
};

/// The RTF of a message in Outlook's own compression ([MS-OXRTFCP]). It grows at most ninefold.
DecompressedRtf decompress_rtf(Bytes compressed);

}  // namespace outspan::unpack
