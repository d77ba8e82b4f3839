#include "unpack/files.h"

#include "unpack/archive.h"
#include "unpack/avro.h"
#include "unpack/ole.h"
#include "unpack/rtf.h"
#include "unpack/sqlite.h"
#include "unpack/tnef.h"

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
