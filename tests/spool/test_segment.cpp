#include "spool/segment.h"

#include "tests/spool/helpers.h"

namespace outspan::spool {
namespace {

TEST(Segment, ARecordIsTheSameAfterwards) {
  std::vector<std::uint8_t> bytes;
  append_record(bytes, {7, at_second(-5), at_second(9), as_bytes("text")});
  const Found found = find_record(bytes);
  ASSERT_EQ(found.what, Found::What::record);
  EXPECT_EQ(found.size_bytes, bytes.size());
  EXPECT_EQ(found.record.kind, 7);
  EXPECT_EQ(found.record.time, at_second(-5));
  EXPECT_EQ(found.record.written, at_second(9));
  EXPECT_EQ(as_text(found.record.payload), "text");
}

TEST(Segment, NoByteOfARecordCanChangeUnnoticed) {
  std::vector<std::uint8_t> bytes;
  append_record(bytes, record_of("a record of some length"));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] ^= 0x10;
    EXPECT_NE(find_record(bytes).what, Found::What::record) << at;
    bytes[at] ^= 0x10;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(find_record(Bytes(bytes).first(size)).what, Found::What::short_of_bytes) << size;
}

TEST(Segment, LengthsThatNoRecordHas) {
  std::vector<std::uint8_t> bytes;
  append_record(bytes, record_of("x"));
  for (const std::uint32_t length :
       {0u, static_cast<std::uint32_t>(kPayloadBytesMax + 1), 0xffffffffu}) {
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(length >> 8 * i);
    EXPECT_EQ(find_record(bytes).what, Found::What::none) << length;
  }
}

TEST(Segment, HeaderAndFooterAreNoRecords) {
  std::vector<std::uint8_t> header, footer;
  append_header(header, 42);
  Footer counted;
  counted.add(record_of("x", 5, 3));
  counted.add(record_of("y", 2, 63));
  append_footer(footer, counted);
  EXPECT_EQ(header.size(), kHeaderBytes);
  EXPECT_EQ(footer.size(), kFooterBytes);
  EXPECT_EQ(read_header(header), 42u);
  EXPECT_EQ(find_record(footer).what, Found::What::none);
  EXPECT_FALSE(read_footer(header));
  const auto again = read_footer(footer);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->records, 2u);
  EXPECT_EQ(again->first_time, at_second(2));
  EXPECT_EQ(again->last_time, at_second(5));
  EXPECT_EQ(again->kinds, std::uint64_t{1} << 3 | std::uint64_t{1} << 63);
  for (std::size_t at = 0; at < footer.size() - 4; ++at) {  // the last four are padding
    footer[at] ^= 1;
    EXPECT_FALSE(read_footer(footer)) << at;
    footer[at] ^= 1;
  }
}

TEST(Segment, OnlySegmentsAreListed) {
  const TemporaryFolder folder;
  for (const char* name :
       {"00000000000000000010.seg", "00000000000000000002.seg", "lock", "reserve", "2.seg",
        "0000000000000000000x.seg", "00000000000000000003.seg.bak"})
    put_file(folder.path() / name, "");
  EXPECT_EQ(list_segments(folder.path()), (std::vector<std::uint64_t>{2, 10}));
  EXPECT_EQ(list_segments(folder.path() / "none"), std::vector<std::uint64_t>());
}

}  // namespace
}  // namespace outspan::spool
