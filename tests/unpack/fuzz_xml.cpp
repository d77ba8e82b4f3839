#include "tests/unpack/fuzz_output.h"
#include "unpack/formats/xml_text.h"

/// The first byte says where the XML is cut in two, and whether tables are members.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::unpack;
  if (size == 0) return 0;
  NoOutput output;
  const auto parse = [](Kind, Bytes file, Output& out) {
    const Bytes xml = file.subspan(1);
    const std::size_t cut = std::min<std::size_t>(file[0] / 2, xml.size());
    DocumentText text(out, "part", file[0] % 2 == 1);
    XmlReader reader(text);
    reader.feed(xml.first(cut));
    reader.feed(xml.subspan(cut), true);
    return Outcome::opened;
  };
  run_parser(parse, Kind::archive, Bytes(data, size), output);
  return 0;
}
