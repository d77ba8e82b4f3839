#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

// The parts of an xlsb ([MS-XLSB]). What is damaged in one ends the reading of it.

/// xl/sharedStrings.bin. false: damaged.
bool read_binary_strings(Bytes part, std::vector<std::string>& strings);
/// xl/workbook.bin: the names of the sheets by the identifiers of their relationships.
std::map<std::string, std::string> read_binary_sheet_names(Bytes part);
/// A sheet, or comments, as members: `name` with a row a line, its cells separated by tabs; and
/// `name` + ".bin" with the bytes of all records that are no cells. false: damaged.
bool unpack_binary_sheet(Bytes part, const std::vector<std::string>& strings,
                         const std::string& name, Output& output);

}  // namespace outspan::unpack
