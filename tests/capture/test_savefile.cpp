#include "capture_helpers.h"

namespace outspan::capture::test {
namespace {

using B = SavefileBuilder;

struct FormatCase {
  std::string name;
  std::string file;
  std::vector<Seen> packets;
};

std::string tsresol(const B& b, int value) {
  return b.option(9, std::string(1, static_cast<char>(value)));
}
std::string tsoffset(const B& b, std::int64_t value) {
  return b.option(14, b.piece().u64(static_cast<std::uint64_t>(value)).bytes());
}

std::vector<FormatCase> formats() {
  std::vector<FormatCase> rows;
  for (const bool big : {false, true}) {
    const std::string order = big ? "_big_endian" : "_little_endian";
    rows.push_back(
        {"pcap_microseconds" + order,
         B(big).pcap_header().pcap_packet(10, 5, "abc").pcap_packet(11, 0, "", 9).bytes(),
         {{10'000'005'000, 1, "abc", 3, 1}, {11'000'000'000, 2, "", 9, 1}}});
    rows.push_back({"pcap_nanoseconds" + order,
                    B(big).pcap_header(0xa1b23c4d, 101).pcap_packet(10, 5, "abc", 100).bytes(),
                    {{10'000'000'005, 1, "abc", 100, 101}}});
    rows.push_back({"pcap_modified" + order,
                    B(big)
                        .pcap_header(0xa1b2cd34)
                        .u32(1)
                        .u32(2)
                        .u32(3)
                        .u32(3)
                        .u32(7)
                        .u16(0x800)
                        .u8(0)
                        .u8(0)
                        .raw("xyz")
                        .bytes(),
                    {{1'000'002'000, 1, "xyz", 3, 1}}});
    rows.push_back(
        {"pcap_lengths_swapped_before_2_3" + order,
         B(big).pcap_header(0xa1b2c3d4, 1, 2).u32(1).u32(0).u32(60).u32(2).raw("ab").bytes(),
         {{1'000'000'000, 1, "ab", 2, 1}}});
    rows.push_back({"pcap_check_sequence_bits_are_not_link_type" + order,
                    B(big).pcap_header(0xa1b2c3d4, 0x24000001).pcap_packet(1, 0, "x").bytes(),
                    {{1'000'000'000, 1, "x", 1, 1}}});
    rows.push_back({"pcap_concatenated" + order,
                    B(big)
                        .pcap_header()
                        .pcap_packet(1, 0, "x")
                        .pcap_header(0xa1b2c3d4, 101)
                        .pcap_packet(2, 0, "y")
                        .bytes(),
                    {{1'000'000'000, 1, "x", 1, 1}, {2'000'000'000, 2, "y", 1, 101}}});
    const B b(big);
    rows.push_back({"pcapng_default_clock" + order,
                    B(big).section().interface(1).packet(0, 3'000'001, "abcde", 50).bytes(),
                    {{3'000'001'000, 1, "abcde", 50, 1}}});
    rows.push_back({"pcapng_interfaces_with_clocks_of_their_own" + order,
                    B(big)
                        .section()
                        .interface(1, tsresol(b, 9))
                        .interface(101, tsresol(b, 3) + tsoffset(b, 1000))
                        .interface(113, tsresol(b, 0x80 | 10))
                        .interface(276, tsresol(b, 12))
                        .interface(228, tsresol(b, 0x80 | 40))
                        .packet(0, 7'000'000'009, "a")
                        .packet(1, 7'005, "b")
                        .packet(2, 7 * 1024 + 512, "c")
                        .packet(3, 7'000'000'001'999, "d")
                        .packet(4, (7ULL << 40) + (1ULL << 39), "e")
                        .bytes(),
                    {{7'000'000'009, 1, "a", 1, 1},
                     {1'007'005'000'000, 2, "b", 1, 101},
                     {7'500'000'000, 3, "c", 1, 113},
                     {7'000'000'001, 4, "d", 1, 276},
                     {7'500'000'000, 5, "e", 1, 228}}});
    rows.push_back({"pcapng_unknown_blocks_and_options_are_skipped" + order,
                    B(big)
                        .section()
                        .block(0x0bad, "what is this")
                        .interface(1, b.option(2, "eth0") + b.option(0, ""))
                        .block(4, std::string(400, 'n'))
                        .block(5, std::string(20, 's'))
                        .packet(0, 0, "x")
                        .bytes(),
                    {{0, 1, "x", 1, 1}}});
    rows.push_back(
        {"pcapng_simple_and_old_packets" + order,
         B(big)
             .section()
             .interface(1, {}, 4)
             .packet(0, 5'000'000, "full")
             .block(3, b.piece().u32(6).raw("snap").bytes())
             .block(2,
                    b.piece().u16(0).u16(1).u32(0).u32(6'000'000).u32(2).u32(9).raw("ok").bytes())
             .bytes(),
         {{5'000'000'000, 1, "full", 4, 1},
          {5'000'000'000, 2, "snap", 6, 1},
          {6'000'000'000, 3, "ok", 9, 1}}});
    rows.push_back({"pcapng_sections_of_either_order" + order,
                    B(big).section().interface(1).packet(0, 1'000'000, "x").bytes() +
                        B(!big).section().interface(101).packet(0, 2'000'000, "y").bytes(),
                    {{1'000'000'000, 1, "x", 1, 1}, {2'000'000'000, 2, "y", 1, 101}}});
  }
  return rows;
}

TEST(Formats, GiveTheirPackets) {
  const TemporaryFolder folder;
  for (const FormatCase& row : formats()) {
    const AllRead all = read_all({folder.write("capture", row.file)});
    EXPECT_EQ(all.packets, row.packets) << row.name;
    EXPECT_TRUE(all.problems.empty()) << row.name << ": " << all.problems.front().to_string();
  }
}

/// Whatever is cut off, all whole records before it are read, and it is said.
TEST(Formats, CutAnywhereGiveWhatIsWhole) {
  const TemporaryFolder folder;
  for (const FormatCase& row : formats()) {
    std::size_t before = 0;
    for (std::size_t size = 0; size < row.file.size(); ++size) {
      const AllRead all = read_all({folder.write("capture", row.file.substr(0, size))});
      ASSERT_GE(all.packets.size(), before) << row.name << " cut at " << size;
      ASSERT_LE(all.packets.size(), row.packets.size());
      for (std::size_t i = 0; i < all.packets.size(); ++i)
        ASSERT_EQ(all.packets[i], row.packets[i]) << row.name << " cut at " << size;
      ASSERT_LE(all.problems.size(), 1U);
      if (size == 0) {
        ASSERT_NE(only_problem(all).find("is empty"), std::string::npos);
      }
      before = all.packets.size();
    }
  }
}

struct DamageCase {
  const char* name;
  std::string file;
  std::size_t packets;
  const char* problem;
};

std::vector<DamageCase> damages() {
  const std::string two =
      B().pcap_header().pcap_packet(1, 0, "one").pcap_packet(2, 0, "two").bytes();
  const B b;
  return {
      {"cut_in_the_header", two.substr(0, 10), 0,
       "ends inside record 1 (byte 0), of which it has 10"},
      {"cut_in_a_record_header", two.substr(0, 24 + 19 + 5), 1,
       "ends inside record 2 (byte 43), of which it has 5 bytes; all before it was read"},
      {"cut_in_the_data", two.substr(0, two.size() - 1), 1, "ends inside record 2 (byte 43)"},
      {"impossible_length",
       B().pcap_header()
           .pcap_packet(1, 0, "x")
           .u32(1)
           .u32(1)
           .u32(0x7fffffff)
           .u32(5)
           .raw("zzz")
           .bytes(),
       1, "record 2 (byte 41) says that it holds 2147483647 bytes"},
      {"not_a_capture", "PK\x03\x04 and so on", 0,
       "is not a capture: it starts with 50 4b 03 04 20 61 6e 64"},
      {"short_text", "hi", 0, "is not a capture: it starts with 68 69"},
      {"block_length_not_a_multiple_of_4",
       B().section().u32(1).u32(21).raw(std::string(13, 'x')).bytes(), 0, "impossible length 21"},
      {"block_lengths_differ", B().section().u32(1).u32(20).u64(0).u32(24).bytes(), 0,
       "two lengths differ"},
      {"unknown_interface", B().section().interface(1).packet(0, 1, "x").packet(3, 1, "y").bytes(),
       1, "is of interface 3, which the section does not describe"},
      {"packet_longer_than_its_block",
       B().section()
           .interface(1)
           .block(6, b.piece().u32(0).u32(0).u32(0).u32(99).u32(99).raw("four").bytes())
           .bytes(),
       0, "says that it holds 99 bytes, but has 4"},
      {"unknown_version",
       B().block(0x0a0d0d0a, b.piece().u32(0x1a2b3c4d).u16(7).u16(0).u64(0).bytes()).bytes(), 0,
       "format version 7"},
      {"no_byte_order",
       B().block(0x0a0d0d0a, b.piece().u32(0x11111111).u16(1).u16(0).u64(0).bytes()).bytes(), 0,
       "without the byte-order magic"},
      {"clock_too_fine", B().section().interface(1, b.option(9, "\x20")).bytes(), 0,
       "finer than 64"},
      {"simple_packet_without_interface", B().section().block(3, b.piece().u32(0).bytes()).bytes(),
       0, "before any interface"},
      {"skipped_block_cut",
       B().section().interface(1).packet(0, 1, "x").u32(99).u32(4'000'000).raw("abc").bytes(), 1,
       "ends inside"},
  };
}

TEST(Damage, IsNamedWithItsPlaceAfterAllBeforeIt) {
  const TemporaryFolder folder;
  for (const DamageCase& row : damages()) {
    const std::string path = folder.write("capture", row.file);
    const AllRead all = read_all({path});
    EXPECT_EQ(all.packets.size(), row.packets) << row.name;
    EXPECT_NE(only_problem(all).find(row.problem), std::string::npos)
        << row.name << ": " << only_problem(all);
    EXPECT_EQ(only_problem(all).rfind(path + ": ", 0), 0U) << row.name;
  }
}

TEST(Blocks, RecordsThatCrossTheirBordersAreWholeAndInOrder) {
  const TemporaryFolder folder;
  B pcap;
  B pcapng;
  pcap.pcap_header();
  pcapng.section().interface(1);
  std::vector<Seen> expected;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const std::string data(i % 13 == 0 ? 60'000 : i % 1500, static_cast<char>('a' + i % 26));
    pcap.pcap_packet(i, 0, data);
    pcapng.packet(0, std::uint64_t{i} * 1'000'000, data);
    if (i == 1500) pcapng.block(0x0bad, std::string(5'000'000, 'u'));
    expected.push_back(
        {std::int64_t{i} * 1'000'000'000, i + 1, data, static_cast<std::uint32_t>(data.size()), 1});
  }
  for (const B* file : {&pcap, &pcapng}) {
    const AllRead all = read_all({folder.write("capture", file->bytes())});
    EXPECT_TRUE(all.packets == expected);
    EXPECT_TRUE(all.problems.empty());
    EXPECT_GE(all.batches.size(), 14U);
  }
}

TEST(Blocks, LargestRecordsFitAndLargerOnesAreDamage) {
  const TemporaryFolder folder;
  const std::string large((1 << 20) - 16, 'x');
  EXPECT_EQ(read_all({folder.write("a", B().pcap_header()
                                            .pcap_packet(1, 0, "s")
                                            .pcap_packet(1, 0, large)
                                            .pcap_packet(2, 0, "t")
                                            .bytes())})
                .packets.size(),
            3U);
  const AllRead all = read_all({folder.write(
      "a", B().pcap_header().pcap_packet(1, 0, "s").pcap_packet(1, 0, large + "y").bytes())});
  EXPECT_EQ(all.packets.size(), 1U);
  EXPECT_NE(only_problem(all).find("says that it holds"), std::string::npos);
}

TEST(Clocks, NonsenseTimesDoNotOverflow) {
  const TemporaryFolder folder;
  const B b;
  const AllRead all =
      read_all({folder.write("a", B().section()
                                      .interface(1, tsresol(b, 0) + tsoffset(b, INT64_MAX))
                                      .interface(1, tsresol(b, 0) + tsoffset(b, INT64_MIN))
                                      .interface(1, tsresol(b, 19))
                                      .interface(1, tsresol(b, 0x80 | 63))
                                      .packet(0, UINT64_MAX, "x")
                                      .packet(1, UINT64_MAX, "x")
                                      .packet(2, UINT64_MAX, "x")
                                      .packet(3, UINT64_MAX, "x")
                                      .bytes())});
  ASSERT_EQ(all.packets.size(), 4U);
  EXPECT_EQ(all.packets[2].ns, 1'844'674'407);
  EXPECT_EQ(all.packets[3].ns, 1'999'999'999);
}

}  // namespace
}  // namespace outspan::capture::test
