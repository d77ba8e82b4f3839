// Our reader against libpcap's, on files written by libpcap and by Wireshark's tools.
#include <pcap/pcap.h>

#include <cstdlib>
#include <memory>

#include "capture_helpers.h"

namespace outspan::capture::test {
namespace {

using B = SavefileBuilder;
using Pcap = std::unique_ptr<pcap_t, decltype(&pcap_close)>;

/// As libpcap reads it; link types are as in the file here, so no raw IP.
std::vector<Seen> read_with_libpcap(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const Pcap file(pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO,
                                                          error.data()),
                  &pcap_close);
  EXPECT_NE(file, nullptr) << error.data();
  std::vector<Seen> seen;
  pcap_pkthdr* header = nullptr;
  const unsigned char* bytes = nullptr;
  while (file != nullptr && pcap_next_ex(file.get(), &header, &bytes) == 1)
    seen.push_back({header->ts.tv_sec * std::int64_t{1'000'000'000} + header->ts.tv_usec,
                    seen.size() + 1,
                    std::string(reinterpret_cast<const char*>(bytes), header->caplen), header->len,
                    pcap_datalink(file.get())});
  return seen;
}

void write_with_libpcap(const std::string& path, int link, int precision) {
  const Pcap dead(pcap_open_dead_with_tstamp_precision(link, 65535, static_cast<u_int>(precision)),
                  &pcap_close);
  pcap_dumper_t* dumper = pcap_dump_open(dead.get(), path.c_str());
  ASSERT_NE(dumper, nullptr);
  for (int i = 0; i < 3000; ++i) {
    const std::string data(static_cast<std::size_t>(i * 37 % 2000), static_cast<char>(i));
    pcap_pkthdr header{};
    header.ts = {1'700'000'000 + i, i * 331 % 1'000'000};
    header.caplen = static_cast<bpf_u_int32>(data.size());
    header.len = header.caplen + static_cast<bpf_u_int32>(i % 5);
    pcap_dump(reinterpret_cast<unsigned char*>(dumper), &header,
              reinterpret_cast<const unsigned char*>(data.data()));
  }
  pcap_dump_close(dumper);
}

bool run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

void expect_the_same(const std::string& path) {
  const AllRead ours = read_all({path});
  EXPECT_TRUE(ours.problems.empty()) << path;
  EXPECT_EQ(ours.packets.size(), 3000U) << path;
  EXPECT_TRUE(ours.packets == read_with_libpcap(path)) << path;
}

TEST(Differential, FilesOfLibpcapReadAlike) {
  const TemporaryFolder folder;
  for (const int link : {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_NULL, DLT_PPP})
    for (const int precision : {PCAP_TSTAMP_PRECISION_MICRO, PCAP_TSTAMP_PRECISION_NANO}) {
      write_with_libpcap(folder.path("a.pcap"), link, precision);
      expect_the_same(folder.path("a.pcap"));
    }
}

TEST(Differential, FilesOfWiresharksToolsReadAlike) {
  if (!run("editcap --version") || !run("mergecap --version"))
    GTEST_SKIP() << "editcap and mergecap (package wireshark-common) are not installed";
  const TemporaryFolder folder;
  const std::string from = folder.path("a.pcap");
  write_with_libpcap(from, DLT_EN10MB, PCAP_TSTAMP_PRECISION_NANO);
  for (const std::string format : {"pcap", "nsecpcap", "modpcap", "nokiapcap", "pcapng"}) {
    const std::string to = folder.path("b." + format);
    ASSERT_TRUE(run("editcap -F " + format + " " + from + " " + to)) << format;
    if (format == "nokiapcap") continue;  // not a format of libpcap's
    const AllRead ours = read_all({to});
    EXPECT_EQ(ours.packets.size(), 3000U) << format;
    // libpcap guesses that a "modified" file is one of three incompatible patches.
    if (format != "modpcap") expect_the_same(to);
  }
}

/// What stock libpcap refuses: interfaces of different link types in one file.
TEST(Differential, MergedLinkTypesAreReadWhereLibpcapGivesUp) {
  if (!run("mergecap --version"))
    GTEST_SKIP() << "mergecap (package wireshark-common) is not installed";
  const TemporaryFolder folder;
  write_with_libpcap(folder.path("a"), DLT_EN10MB, PCAP_TSTAMP_PRECISION_MICRO);
  write_with_libpcap(folder.path("b"), DLT_LINUX_SLL, PCAP_TSTAMP_PRECISION_NANO);
  const std::string merged = folder.path("merged.pcapng");
  ASSERT_TRUE(
      run("mergecap -a -F pcapng -w " + merged + " " + folder.path("a") + " " + folder.path("b")));
  const AllRead ours = read_all({merged});
  std::vector<Seen> expected = read_with_libpcap(folder.path("a"));
  for (Seen packet : read_with_libpcap(folder.path("b"))) {
    packet.number += 3000;
    expected.push_back(packet);
  }
  EXPECT_TRUE(ours.problems.empty());
  EXPECT_TRUE(ours.packets == expected);
}

TEST(Differential, FilterChoosesTheSamePackets) {
  if (!run("tcpdump --version")) GTEST_SKIP() << "tcpdump is not installed";
  const TemporaryFolder folder;
  write_with_libpcap(folder.path("a"), DLT_EN10MB, PCAP_TSTAMP_PRECISION_NANO);
  const std::string filter = "len > 700 and ether[0] & 1 = 0";
  ASSERT_TRUE(run("tcpdump --nano -r " + folder.path("a") + " -w " + folder.path("b") + " '" +
                  filter + "'"));
  std::vector<Seen> ours = read_all({folder.path("a")}, filter).packets;
  std::uint64_t number = 0;
  for (Seen& packet : ours) packet.number = ++number;
  EXPECT_GT(ours.size(), 100U);
  EXPECT_TRUE(ours == read_with_libpcap(folder.path("b")));
}

}  // namespace
}  // namespace outspan::capture::test
