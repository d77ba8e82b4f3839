#include "unpack/formats/pdf_objects.h"

#include <string_view>

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;

/// Whether the dictionary in front of a stream may be that of objects. A name may be written with
/// codes (#4f is an O).
bool of_objects(std::string_view before) noexcept {
  const std::size_t begin = before.rfind("obj");
  const std::string_view dictionary = before.substr(begin == std::string_view::npos ? 0 : begin);
  return dictionary.find("/ObjStm") != std::string_view::npos ||
         dictionary.find('#') != std::string_view::npos;
}

}  // namespace

std::uint64_t write_pdf_objects(Bytes file, Output& output) {
  constexpr std::string_view kBegin = "stream"sv, kEnd = "endstream"sv;
  std::string_view left = as_text(file);
  std::uint64_t written = 0;
  const auto write = [&](std::size_t size) {
    output.rest(as_bytes(left.substr(0, size)));
    written += size;
    left.remove_prefix(size);
  };
  while (!left.empty()) {
    const std::size_t begin = left.find(kBegin);
    const std::size_t end =
        begin == std::string_view::npos ? begin : left.find(kEnd, begin + kBegin.size());
    if (end == std::string_view::npos) {
      write(left.size());
    } else if (of_objects(left.substr(0, begin))) {
      write(end + kEnd.size());
    } else {
      write(begin + kBegin.size());
      left.remove_prefix(end - begin - kBegin.size());
      write(kEnd.size());
    }
  }
  return written;
}

}  // namespace outspan::unpack
