#include "unpack/formats/xml_part.h"

namespace outspan::unpack {

bool read_xml(ArchiveEntry& entry, XmlEvents& events, const std::function<std::uint64_t()>& yield,
              const std::function<void(Bytes)>& otherwise) {
  constexpr std::uint64_t kAlwaysRead = 16 << 20;
  constexpr std::uint64_t kBytesForOne = 256;
  XmlReader reader(events);
  bool good = true;
  std::uint64_t read = 0;
  const bool whole = entry.read([&](Bytes bytes) {
    read += bytes.size();
    if (good && read > kAlwaysRead && yield() < read / kBytesForOne) throw Stop{Outcome::expansion};
    good = good && reader.feed(bytes);
    if (!good && otherwise) otherwise(bytes);
  });
  return good && reader.feed({}, true) && whole;
}

}  // namespace outspan::unpack
