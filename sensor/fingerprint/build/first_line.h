#pragma once

#include <string>

#include "core/result.h"
#include "fingerprint/build/builder.h"
#include "fingerprint/build/csv.h"
#include "fingerprint/build/piece_reader.h"

namespace outspan::fingerprint {

/// The first line of a source, matched with what the operator asked for.
struct FirstLine {
  SourceShape shape;
  std::size_t bytes = 0;  ///< of the piece
};

/// Finds the columns in the first line of the first piece. A problem names what was asked for and
/// where it was looked for, never what stands there: it may be a customer.
Result<FirstLine> read_first_line(const std::string& source, const BuildOptions& options,
                                  const CsvCutter::Piece& piece);

}  // namespace outspan::fingerprint
