#include "unpack/formats/files.h"

#include "unpack/formats/archive.h"
#include "unpack/formats/avro.h"
#include "unpack/formats/ole.h"
#include "unpack/formats/rtf.h"
#include "unpack/formats/sqlite.h"
#include "unpack/formats/tnef.h"

namespace outspan::unpack {

Outcome unpack_file(Kind kind, Bytes file, Output& output) {
  switch (kind) {
    case Kind::archive: return unpack_archive(file, output);
    case Kind::ole: return unpack_ole(file, output);
    case Kind::sqlite: return unpack_sqlite(file, output);
    case Kind::rtf: return unpack_rtf(file, output);
    case Kind::tnef: return unpack_tnef(file, output);
    case Kind::avro: return unpack_avro(file, output);
    case Kind::pdf: break;
  }
  return Outcome::unsupported;
}

}  // namespace outspan::unpack
