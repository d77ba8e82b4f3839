#pragma once

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// The text of a Word document of 97 to 2003 ([MS-DOC] 2.4.1) as a member "text", its pieces in
/// their order: paragraphs and rows of tables are lines, cells are separated by tabs. `document`
/// and `table` are the streams of these names. Nothing for what is no such document.
void unpack_word(Bytes document, Bytes table, Output& output);

/// Which of the streams 0Table and 1Table belongs to the document.
const char* word_table_name(Bytes document) noexcept;

}  // namespace outspan::unpack
