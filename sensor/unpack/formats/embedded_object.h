#pragma once

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// An object as OLE 1.0 holds it ([MS-OLEDS] 2.2), such as RTF has in \objdata: hands on the file
/// in it as a member; the whole of it when it is none.
void unpack_embedded_object(Bytes object, Output& output);

/// A file that was packed by Windows' Object Packager: with its name, and as it is when it is none.
/// `bytes` begin with the format's own 2, 0.
void unpack_packaged_file(Bytes bytes, Output& output);

}  // namespace outspan::unpack
