// A savefile in two pieces and in one: the packets must be the same, and inside it.
#include <cstdlib>
#include <vector>

#include "capture/record_parser.h"

namespace {

using namespace outspan;
using namespace outspan::capture;

struct Read {
  std::vector<std::pair<std::int64_t, std::size_t>> packets;
  std::uint64_t sum = 0;
};

/// Feeds pieces that end at `cut` and at the end, as FileReader does.
Read read(const std::vector<std::uint8_t>& file, std::size_t cut) {
  Read result;
  const std::unique_ptr<RecordParser> parser = make_record_parser(file);
  if (parser == nullptr) return result;
  std::size_t begin = 0;
  for (const std::size_t end : {cut, file.size()}) {
    if (begin > end) continue;  // skipped over
    const std::vector<std::uint8_t> piece(file.begin() + static_cast<std::ptrdiff_t>(begin),
                                          file.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<Packet> packets;
    const RecordParser::Parsed parsed = parser->parse(piece, packets);
    if (parsed.consumed > piece.size()) std::abort();
    for (const Packet& packet : packets) {
      if (packet.wire_bytes < packet.bytes.size()) std::abort();
      result.packets.emplace_back(packet.time.time_since_epoch().count(), packet.bytes.size());
      for (const std::uint8_t byte : packet.bytes) result.sum += byte;
    }
    begin += parsed.consumed;
    if (parsed.skip > file.size()) return result;
    begin += parsed.skip;
    if (!parser->damage().empty()) return result;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::vector<std::uint8_t> file(data + 1, data + size);
  const Read whole = read(file, file.size());
  const Read cut = read(file, file.size() * data[0] / 256);
  if (whole.packets != cut.packets || whole.sum != cut.sum) std::abort();
  return 0;
}
