#include "unpack/formats/files.h"
#include "unpack/worker/serve.h"

/// outspan-unpack: see serve.h.
int main(int argument_count, char** arguments) {
  return outspan::unpack::serve(argument_count, arguments, outspan::unpack::unpack_file);
}
