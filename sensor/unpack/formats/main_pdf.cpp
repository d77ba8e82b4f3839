#include "unpack/formats/pdf.h"
#include "unpack/worker/serve.h"

/// outspan-unpack-pdf: a program of its own, since poppler is under the GPL.
int main(int argument_count, char** arguments) {
  using namespace outspan::unpack;
  prepare_pdf();
  return serve(argument_count, arguments, [](Kind kind, outspan::Bytes file, Output& output) {
    return kind == Kind::pdf ? unpack_pdf(file, output) : Outcome::unsupported;
  });
}
