// What Hyperscan alone does with the payload of a capture: hs_scan with the sensor's own database
// over 16 KiB blocks, and nothing else. The yardstick of tools/bench. Prints one JSON object.
//
//   raw-scan [--all] CAPTURE    --all: the payload of all directions; default: outbound
//   raw-scan --zip FILE         zlib's inflate of its members, and hs_scan of what comes out
#include <hs/hs.h>
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "capture/files.h"
#include "config/config_file.h"
#include "decode/decoder.h"
#include "detect/builtin.h"
#include "detect/signature_set.h"

namespace {

using namespace outspan;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::string read_payload(const std::string& path, bool all) {
  const config::Config config = config::default_config();
  auto source = capture::open_files({path}, {});
  std::string payload;
  if (!source) return payload;
  decode::Decoder decoder(config);
  capture::PacketBatch packets;
  decode::DatagramBatch datagrams;
  for (auto status = capture::ReadStatus::packets; status != capture::ReadStatus::end;) {
    status = (*source)->read(packets);
    datagrams.clear();
    decoder.decode(packets, datagrams);
    for (const decode::Datagram& datagram : datagrams.datagrams) {
      const bool outbound = config.home_networks.contains(datagram.source) &&
                            !config.home_networks.contains(datagram.destination);
      if (all || outbound) payload += as_text(datagram.payload);
    }
    packets.packets.clear();
    packets.storage.reset();
  }
  return payload;
}

int count(unsigned, unsigned long long, unsigned long long, unsigned, void* matches) {
  ++*static_cast<unsigned long long*>(matches);
  return 0;
}

constexpr std::size_t kBlockBytes = 16384;

/// The sensor's database, and what scanning with it gave.
class Scan {
 public:
  explicit Scan(const detect::SignatureSet& set) : set_(set), scratch_(set.make_scratch()) {}

  void block(const char* bytes, std::size_t size) {
    hs_scan(set_.triggers(), bytes, static_cast<unsigned>(size), 0, scratch_.get(), count,
            &matches_);
    bytes_ += size;
  }

  void print(double seconds) const {
    std::printf("{\"payload_bytes\":%zu,\"matches\":%llu,\"gbit_per_cpu_s\":%.3f}\n", bytes_,
                matches_, static_cast<double>(bytes_) * 8e-9 / seconds);
  }

 private:
  const detect::SignatureSet& set_;
  detect::HsScratch scratch_;
  unsigned long long matches_ = 0;
  std::size_t bytes_ = 0;
};

void inflate_and_scan(std::string_view member, Scan& scan) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return;
  std::string block(kBlockBytes, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(member.data()));
  stream.avail_in = static_cast<uInt>(member.size());
  for (int result = Z_OK; result == Z_OK;) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    result = inflate(&stream, Z_NO_FLUSH);
    scan.block(block.data(), block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
}

/// Members as local headers tell them (APPNOTE.TXT 4.3.7); our own files have no data descriptors.
void scan_zip(std::string_view zip, Scan& scan) {
  constexpr std::size_t kHeaderBytes = 30;
  while (zip.size() > kHeaderBytes && zip.starts_with("PK\3\4")) {
    const auto number = [zip](std::size_t at, int bytes) {
      std::size_t value = 0;
      while (bytes-- > 0) value = value << 8 | static_cast<std::uint8_t>(zip[at + bytes]);
      return value;
    };
    const std::size_t size = number(18, 4);
    zip.remove_prefix(std::min(zip.size(), kHeaderBytes + number(26, 2) + number(28, 2)));
    inflate_and_scan(zip.substr(0, size), scan);
    zip.remove_prefix(std::min(zip.size(), size));
  }
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc == 3 && std::strcmp(argv[1], "--all") == 0;
  const bool is_zip = argc == 3 && std::strcmp(argv[1], "--zip") == 0;
  if (argc != (all || is_zip ? 3 : 2)) return 2;
  const std::string payload = is_zip ? read_file(argv[2]) : read_payload(argv[argc - 1], all);
  const auto specs = detect::load_signature_sources({"builtin"});
  const auto set = detect::SignatureSet::compile(*specs, {config::default_config().countries});
  if (!set || payload.empty()) return 1;
  Scan scan(**set);
  const double start = cpu_seconds();
  if (is_zip)
    for (int round = 0; round < 10; ++round) scan_zip(payload, scan);
  else
    for (std::size_t at = 0; at < payload.size(); at += kBlockBytes)
      scan.block(payload.data() + at, std::min(kBlockBytes, payload.size() - at));
  scan.print(cpu_seconds() - start);
  return 0;
}
