#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// What a zip is, beside being a zip.
enum class PackageType : std::uint8_t {
  none,
  open_xml,       ///< docx, pptx, ... (ECMA-376): has [Content_Types].xml
  workbook,       ///< xlsx, xlsb
  open_document,  ///< odt, odp, ... (ISO 26300)
  spreadsheet,    ///< ods
};
PackageType package_type(Bytes file);

/// Each XML part is a member of text, each sheet one with the sheet's name; other parts are members
/// as they are.
Outcome unpack_package(Bytes file, PackageType type, Output& output);

}  // namespace outspan::unpack
