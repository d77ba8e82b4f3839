#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "spool/reader.h"
#include "tests/support/temporary_folder.h"

/// Any bytes as the last segment of a spool: read to an end, records inside the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outspan;
  using namespace outspan::spool;
  static const TemporaryFolder folder;
  const std::string path = folder.path() / segment_name(1);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  Reader reader(folder.path());
  std::uint64_t bytes = 0;
  while (const auto record = reader.next()) bytes += kRecordHeadBytes + record->payload.size();
  if (bytes > size) std::abort();
  return 0;
}
