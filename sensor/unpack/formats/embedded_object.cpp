#include "unpack/formats/embedded_object.h"

#include <string>

namespace outspan::unpack {
namespace {

void member(std::string_view name, Bytes bytes, Output& output) {
  output.begin(name);
  output.data(bytes);
  output.end();
}

/// [MS-OLEDS] 2.1.4: with its length before it and a zero at its end.
std::string_view counted(ByteCursor& in) noexcept {
  const std::string_view text = as_text(in.take(in.u32_le()));
  return text.substr(0, text.find('\0'));
}

}  // namespace

void unpack_packaged_file(Bytes bytes, Output& output) {
  ByteCursor in(bytes);
  const bool packaged = in.u16_le() == 2;
  const std::string_view label = in.c_string();
  in.c_string();  // where it came from
  in.skip(4);
  in.skip(in.u32_le());  // where it was put meanwhile
  const Bytes file = in.take(in.u32_le());
  if (packaged && in.ok())
    member(label, file, output);
  else
    member("object", bytes, output);
}

void unpack_embedded_object(Bytes object, Output& output) {
  ByteCursor in(object);
  in.skip(4);  // version
  const std::uint32_t format = in.u32_le();
  const std::string_view class_name = counted(in);
  counted(in);  // topic and item, of links
  counted(in);
  const Bytes native = in.take(in.u32_le());
  constexpr std::uint32_t kEmbedded = 2;
  if (!in.ok() || format != kEmbedded) return member("object", object, output);
  if (class_name == "Package") return unpack_packaged_file(native, output);
  member(class_name, native, output);
}

}  // namespace outspan::unpack
