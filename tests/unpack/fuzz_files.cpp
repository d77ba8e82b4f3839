#include "tests/unpack/fuzz_output.h"
#include "unpack/formats/files.h"

/// What a file begins with decides its kind, as in content/.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan::unpack;
  const outspan::Bytes file(data, size);
  const std::string_view text = outspan::as_text(file);
  const Kind kind = text.starts_with("x\x9f\x3e\x22") ? Kind::tnef
                    : text.starts_with("\xd0\xcf")    ? Kind::ole
                    : text.starts_with("SQLite")      ? Kind::sqlite
                    : text.starts_with("{\\rtf")      ? Kind::rtf
                    : text.starts_with("Obj\x01")     ? Kind::avro
                                                      : Kind::archive;
  NoOutput output;
  run_parser(unpack_file, kind, file, output);
  return 0;
}
