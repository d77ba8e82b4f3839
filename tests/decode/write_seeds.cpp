// Writes the seed corpus of fuzz_decode: the wrappings of the tests, one file each.
//   write_decode_seeds tests/decode/corpus/fuzz_decode
#include <fstream>

#include "encapsulation_cases.h"

int main(int argc, char** argv) {
  using namespace outspan::decode::test;
  if (argc != 2) return 2;
  for (const Wrapping& with : wrappings()) {
    // As fuzz_decode.cpp reads it: link type, length, bytes.
    const Octets frame = with.wrap(ip4(17, udp(40000, 53, text("hello"))));
    const Octets seed = be16(static_cast<std::uint16_t>(with.link)) + be16(frame.size()) + frame;
    std::ofstream file(std::string(argv[1]) + "/" + with.name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()),
               static_cast<std::streamsize>(seed.size()));
    if (!file) return 1;
  }
  return 0;
}
