// What Hyperscan alone does with the payload of a capture: hs_scan with the sensor's own database
// over 16 KiB blocks, and nothing else. The yardstick of tools/bench. Prints one JSON object.
//
//   raw-scan [--all] CAPTURE    --all: the payload of all directions; default: outbound
#include <hs/hs.h>

#include <cstdio>
#include <cstring>
#include <ctime>
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

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc == 3 && std::strcmp(argv[1], "--all") == 0;
  if (argc != (all ? 3 : 2)) return 2;
  const std::string payload = read_payload(argv[argc - 1], all);
  const auto specs = detect::load_signature_sources({"builtin"});
  const auto set = detect::SignatureSet::compile(*specs, {config::default_config().countries});
  if (!set || payload.empty()) return 1;
  const auto scratch = (*set)->make_scratch();

  constexpr std::size_t kBlockBytes = 16384;
  unsigned long long matches = 0;
  const double start = cpu_seconds();
  for (std::size_t at = 0; at < payload.size(); at += kBlockBytes) {
    const auto size = static_cast<unsigned>(std::min(kBlockBytes, payload.size() - at));
    hs_scan((*set)->triggers(), payload.data() + at, size, 0, scratch.get(), count, &matches);
  }
  const double seconds = cpu_seconds() - start;
  std::printf("{\"payload_bytes\":%zu,\"matches\":%llu,\"gbit_per_cpu_s\":%.3f}\n", payload.size(),
              matches, static_cast<double>(payload.size()) * 8e-9 / seconds);
  return 0;
}
