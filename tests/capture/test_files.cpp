#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <thread>

#include "capture/block_pool.h"
#include "capture_helpers.h"

namespace outspan::capture::test {
namespace {

using B = SavefileBuilder;

std::string gzip(const std::string& bytes) {
  std::string out(bytes.size() + 1024, '\0');
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
  out.resize(stream.total_out);
  return out;
}

std::string zstd(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
  return out;
}

std::string capture_of(std::uint32_t first_second, std::uint32_t packets, std::size_t size = 3) {
  B b;
  b.pcap_header();
  for (std::uint32_t i = 0; i < packets; ++i)
    b.pcap_packet(first_second + i, 0, std::string(size, static_cast<char>('a' + i % 26)));
  return b.bytes();
}

TEST(Compressed, FilesGiveTheSamePacketsInTheSameBatches) {
  const TemporaryFolder folder;
  const std::string plain = capture_of(1, 2000, 1400);
  const AllRead expected = read_all({folder.write("plain.pcap", plain)});
  ASSERT_EQ(expected.packets.size(), 2000U);
  const std::string front = plain.substr(0, 1'000'001);
  const std::string rest = plain.substr(1'000'001);
  const std::string empty_frame(
      "\x50\x2a\x4d\x18\x04\x00\x00\x00"
      "note",
      12);
  const std::vector<std::pair<std::string, std::string>> files{
      {"gzip", gzip(plain)},
      {"gzip members", gzip(front) + gzip("") + gzip(rest)},
      {"gzip padded with zeros", gzip(plain) + std::string(512, '\0')},
      {"zstd", zstd(plain)},
      {"zstd frames", empty_frame + zstd(front) + zstd("") + empty_frame + zstd(rest)},
  };
  for (const auto& [name, bytes] : files) {
    const AllRead all = read_all({folder.write("file", bytes)});
    EXPECT_TRUE(all.packets == expected.packets) << name;
    EXPECT_EQ(all.batches, expected.batches) << name;
    EXPECT_TRUE(all.problems.empty()) << name << only_problem(all);
    EXPECT_EQ(all.source->progress().bytes_read, bytes.size()) << name;
    EXPECT_EQ(all.source->progress().bytes_total, bytes.size()) << name;
  }
}

TEST(Compressed, FilesThatEndEarlyAreUsedUpToThere) {
  const TemporaryFolder folder;
  const std::string plain = capture_of(1, 3000, 700);
  for (const std::string& packed : {gzip(plain), zstd(plain)}) {
    const AllRead all = read_all({folder.write("file", packed.substr(0, packed.size() / 2))});
    EXPECT_GT(all.packets.size(), 100U);
    EXPECT_LT(all.packets.size(), 3000U);
    EXPECT_NE(only_problem(all).find("data end early"), std::string::npos) << only_problem(all);
  }
}

TEST(Compressed, DamagedFilesAreNamed) {
  const TemporaryFolder folder;
  const std::string plain = capture_of(1, 3000, 7);
  std::string flipped = gzip(plain);
  for (std::size_t i = 40; i < 60; ++i) flipped[i] = '\x5a';
  for (const std::string& packed : {flipped, zstd(plain) + "no frame"}) {
    const AllRead all = read_all({folder.write("file", packed)});
    EXPECT_NE(only_problem(all).find("data are damaged"), std::string::npos) << only_problem(all);
  }
}

TEST(Compressed, SomethingElseThanACaptureIsNamed) {
  const TemporaryFolder folder;
  const AllRead all = read_all({folder.write("x.gz", gzip("a letter"))});
  EXPECT_NE(only_problem(all).find("is not a capture: it starts with 61 20"), std::string::npos);
}

TEST(Files, OneUnreadableAmongSeveralIsAProblemAndTheOthersAreRead) {
  const TemporaryFolder folder;
  const std::string one = folder.write("one", capture_of(1, 2));
  const std::string bad = folder.write("bad", "nonsense");
  const std::string none = folder.path("none");
  const std::string empty = folder.write("empty", capture_of(1, 0));
  const std::string two = folder.write("two", capture_of(5, 3));
  const AllRead all = read_all({one, bad, none, empty, two});
  EXPECT_EQ(all.packets.size(), 5U);
  ASSERT_EQ(all.problems.size(), 2U);
  EXPECT_EQ(all.problems[0].where, bad);
  EXPECT_EQ(all.problems[1].to_string(), none + ": cannot be opened: No such file or directory");
  EXPECT_EQ(all.source->origin(2).name, one);
  EXPECT_EQ(all.source->origin(2).number, 2U);
  EXPECT_EQ(all.source->origin(3).name, two);
  EXPECT_EQ(all.source->origin(3).number, 1U);
  EXPECT_EQ(all.source->origin(5).number, 3U);
  EXPECT_EQ(all.source->origin(0).name, "");
  EXPECT_EQ(all.stats.value("capture.packets"), 5U);
  EXPECT_EQ(all.stats.value("capture.bytes"), 15U);
}

TEST(Files, NothingToReadEndsAtOnce) {
  const AllRead all = read_all({"/nonexistent/a", "/nonexistent/b"});
  EXPECT_TRUE(all.packets.empty());
  EXPECT_EQ(all.problems.size(), 2U);
}

TEST(Folders, StandForTheirCapturesInTheOrderOfTime) {
  const TemporaryFolder folder;
  folder.write("c/late.pcap", capture_of(300, 1));
  folder.write("c/deep/er/early.pcapng",
               B().section().interface(1).packet(0, 100'000'000, "x").bytes());
  folder.write("c/middle.gz", gzip(capture_of(200, 2)));
  folder.write("c/a-middle.zst", zstd(capture_of(200, 1)));
  folder.write("c/README", "no capture");
  folder.write("c/notes.gz", gzip("no capture either"));
  folder.write("c/empty", "");
  const AllRead all = read_all({folder.path("c")});
  ASSERT_EQ(all.packets.size(), 5U);
  const std::string root = folder.path("c") + "/";
  EXPECT_EQ(all.source->origin(1).name, root + "deep/er/early.pcapng");
  EXPECT_EQ(all.source->origin(2).name, root + "a-middle.zst");
  EXPECT_EQ(all.source->origin(3).name, root + "middle.gz");
  EXPECT_EQ(all.source->origin(5).name, root + "late.pcap");
  EXPECT_EQ(all.stats.value("capture.files_ignored"), 3U);
  EXPECT_TRUE(all.problems.empty());
}

TEST(Folders, WithoutACaptureAreAProblem) {
  const TemporaryFolder folder;
  folder.write("README", "no capture");
  EXPECT_EQ(only_problem(read_all({folder.root()})), folder.root() + ": holds no capture");
}

std::string ipv4_udp(std::uint16_t port) {
  std::string frame("\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0", 14);
  frame += std::string("\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2", 20);
  frame += B(true).u16(9).u16(port).u16(8).u16(0).bytes();
  return frame;
}

TEST(Filter, DropsPacketsButNotTheirNumbers) {
  const TemporaryFolder folder;
  B b;
  b.section().interface(1).interface(101);
  for (int i = 0; i < 10; ++i) {
    b.packet(0, 1, ipv4_udp(i % 2 == 0 ? 53 : 80));
    b.packet(1, 1, ipv4_udp(i % 2 == 0 ? 80 : 53).substr(14));
  }
  const AllRead all = read_all({folder.write("a", b.bytes())}, "udp port 53");
  ASSERT_EQ(all.packets.size(), 10U);
  EXPECT_EQ(all.packets[0].number, 1U);
  EXPECT_EQ(all.packets[1].number, 4U);
  EXPECT_EQ(all.packets[9].number, 20U);
  EXPECT_EQ(all.stats.value("capture.filtered"), 10U);
  EXPECT_EQ(all.stats.value("capture.packets"), 20U);
}

TEST(Filter, ThatLibpcapDoesNotUnderstandIsRefusedWithItsWords) {
  const Result<std::unique_ptr<Source>> opened = open_files({}, {.filter = "prot 80"});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.problems()[0].where, "filter");
  EXPECT_NE(opened.problems()[0].what.find("\"prot 80\": "), std::string::npos);
  EXPECT_NE(opened.problems()[0].what.find("syntax error"), std::string::npos);
}

TEST(Filter, ThatMakesNoSenseForALinkTypeSaysSo) {
  const TemporaryFolder folder;
  const std::string file =
      B().pcap_header(0xa1b2c3d4, 101).pcap_packet(1, 0, ipv4_udp(53).substr(14)).bytes();
  const AllRead all = read_all({folder.write("a", file)}, "ether host 02:00:00:00:00:01");
  EXPECT_TRUE(all.packets.empty());
  EXPECT_NE(only_problem(all).find("link type 101"), std::string::npos);
}

TEST(Pool, RefusesBeyondItsBoundAndTakesBack) {
  const TemporaryFolder folder;
  auto opened = open_files({folder.write("a", capture_of(1, 60'000, 1400))}, {});
  ASSERT_TRUE(opened.ok());
  Source& source = **opened;
  std::vector<PacketBatch> held;
  while (source.ready()) {
    PacketBatch batch;
    ASSERT_EQ(source.read(batch), ReadStatus::packets);
    held.push_back(std::move(batch));
  }
  EXPECT_EQ(held.size(), kBlocks);
  PacketBatch none;
  EXPECT_EQ(source.read(none), ReadStatus::packets);  // not asked for: nothing is lost
  EXPECT_TRUE(none.packets.empty());
  const std::uint64_t last = held.back().last_number;
  std::thread([&held] { held.erase(held.begin()); }).join();
  ASSERT_TRUE(source.ready());
  ASSERT_EQ(source.read(none), ReadStatus::packets);
  EXPECT_EQ(none.packets.front().number, last + 1);
}

TEST(Pool, BlocksOutliveTheSource) {
  const TemporaryFolder folder;
  PacketBatch batch;
  {
    auto opened = open_files({folder.write("a", capture_of(1, 1))}, {});
    ASSERT_EQ((*opened)->read(batch), ReadStatus::packets);
  }
  EXPECT_EQ(as_text(batch.packets[0].bytes), "aaa");
}

TEST(Clock, NeverStepsBack) {
  const TemporaryFolder folder;
  const std::string a = folder.write("a", capture_of(50, 1));
  const std::string b = folder.write("b", capture_of(10, 1));
  auto opened = open_files({a, b}, {});
  PacketBatch batch;
  ASSERT_EQ((*opened)->read(batch), ReadStatus::packets);
  ASSERT_EQ((*opened)->read(batch), ReadStatus::packets);
  EXPECT_EQ(batch.clock, timestamp_from_ns(50'000'000'000));
  EXPECT_EQ(batch.packets[0].time, timestamp_from_ns(10'000'000'000));
}

TEST(Stop, EndsAReaderThatWaitsForAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
  auto opened = open_files({}, {});
  ASSERT_TRUE(opened.ok());
  // Opening peeks at the pipe, so the first bytes have to be there.
  ASSERT_EQ(write(ends[1], "\xd4\xc3\xb2\xa1", 4), 4);
  opened = open_files({path}, {});
  ASSERT_TRUE(opened.ok());
  Source& source = **opened;
  std::thread stopper([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    source.stop();
  });
  PacketBatch batch;
  EXPECT_EQ(source.read(batch), ReadStatus::end);
  stopper.join();
  EXPECT_TRUE(source.problems().empty());
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace outspan::capture::test
