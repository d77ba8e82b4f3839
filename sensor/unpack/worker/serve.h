#pragma once

#include "core/bytes.h"
#include "unpack/pool/kind.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Reads one file. May throw Stop and std::bad_alloc, may crash and may hang: it is alone in its
/// process.
using Parser = Outcome (*)(Kind kind, Bytes file, Output& output);

/// The main program of a worker: locks itself in (sandbox.h), then serves files until the other end
/// of its socket is closed. Gives the exit status.
int serve(int argument_count, char** arguments, Parser parser);

/// Runs the parser and turns what it throws into an Outcome; ends an open member.
Outcome run_parser(Parser parser, Kind kind, Bytes file, Output& output);

}  // namespace outspan::unpack
