#include "capture/record_parser.h"

#include "capture/pcap_file.h"
#include "capture/pcapng_file.h"

namespace outspan::capture {

std::unique_ptr<RecordParser> make_record_parser(Bytes head) {
  if (head.size() < kMagicBytes) return nullptr;
  if (PcapFile::matches(head)) return std::make_unique<PcapFile>();
  if (PcapngFile::matches(head)) return std::make_unique<PcapngFile>();
  return nullptr;
}

}  // namespace outspan::capture
