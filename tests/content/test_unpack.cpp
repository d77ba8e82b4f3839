#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/content/support.h"
#include "unpack/pool/pool.h"

namespace outspan::content {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream in(std::string(OUTSPAN_SOURCE_DIR) + "/tests/unpack/files/" + name,
                   std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

#if defined(__has_feature)
constexpr bool kSlow = __has_feature(address_sanitizer);
#elif defined(__SANITIZE_ADDRESS__)
constexpr bool kSlow = true;
#else
constexpr bool kSlow = false;
#endif

unpack::Pool& pool() {
  static unpack::Pool workers([] {
    unpack::PoolOptions options;
    options.program = OUTSPAN_UNPACK;
    options.pdf_program = OUTSPAN_UNPACK_PDF;
    return options;
  }());
  return workers;
}

/// What became of a file that was sent as a body.
struct Sent {
  explicit Sent(const std::string& name, config::Limits limits = {},
                unpack::Pool* workers = &pool())
      : wire(read_file(name)), bench(limits, true, workers) {
    bench.run(part(protocol::PartKind::body), wire, 1460);
  }
  [[nodiscard]] std::uint64_t column(Column column) {
    return bench.account.columns(Side::client)[column];
  }
  std::string wire;
  Bench bench;
};

TEST(Unpack, AnOpenedFileIsInspectedToTheLastByte) {
  for (const char* name : {"deflate.zip", "lzma2.7z", "customers.xlsx", "customers.docx",
                           "customers.pdf", "customers.xls", "customers.sqlite"}) {
    Sent sent(name);
    // The one that holds a picture.
    const bool picture = std::string_view(name) == "customers.docx";
    EXPECT_EQ(sent.column(Column::opaque) > 0, picture) << name;
    EXPECT_EQ(sent.column(Column::inspected) + sent.column(Column::opaque), sent.wire.size())
        << name;
    EXPECT_EQ(sent.bench.unread_parts(), 0u) << name;
    EXPECT_TRUE(sent.bench.saw("theo.marchetti@example.net")) << name;
  }
}

/// Marks that can stand at the beginning of a text do not make a container of it.
TEST(Unpack, ATextThatBeginsLikeAFileIsText) {
  for (const std::string beginning : {"070701123456;", "0707071234,", "BZh9 is no name, ", "LZIP;",
                                      "070702 ", "\x1f\x9d is not written\n"}) {
    Bench bench({}, true, &pool());
    std::string text = beginning;
    for (int i = 0; i < 40; ++i) text += "alice" + std::to_string(i) + "@example.com;x\n";
    bench.run(part(protocol::PartKind::body), text, 1460);
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], text.size()) << beginning;
    EXPECT_TRUE(bench.blind_spots.empty()) << beginning;
  }
}

TEST(Unpack, ThePathLeadsToTheSheet) {
  Sent sent("workbook.zip");
  const auto sheet = sent.bench.texts.find("reports/customers.xlsx>Customers 2026");
  ASSERT_NE(sheet, sent.bench.texts.end());
  EXPECT_NE(sheet->second.find("theo.marchetti@example.net\tTM-51779940\t"), std::string::npos);
}

TEST(Unpack, AnEncryptedFileInsideAnArchiveIsSaid) {
  Sent sent("workbook.zip");
  ASSERT_EQ(sent.bench.blind_spots.size(), 1U);
  EXPECT_EQ(sent.bench.blind_spots[0].reason, "encrypted-archive");
  EXPECT_EQ(sent.bench.blind_spots[0].path, "object>reports/more.7z");
  EXPECT_NEAR(static_cast<double>(sent.column(Column::opaque)),
              static_cast<double>(read_file("encrypted.7z").size()), 16);
  EXPECT_EQ(sent.bench.account.columns(Side::client).total(), sent.wire.size());
}

TEST(Unpack, WhatCannotBeOpenedIsOpaqueWithItsReason) {
  const std::pair<const char*, const char*> kFiles[] = {
      {"encrypted.7z", "encrypted-archive"},
      {"encrypted-names.7z", "encrypted-archive"},
      {"encrypted.pdf", "encrypted-document"},
  };
  for (const auto& [name, reason] : kFiles) {
    Sent sent(name);
    EXPECT_STREQ(sent.bench.summary.opaque_reason, reason) << name;
    EXPECT_EQ(sent.column(Column::opaque), sent.wire.size()) << name;
    ASSERT_EQ(sent.bench.blind_spots.size(), 1U) << name;
  }
}

/// How often a text is found in all that was searched.
std::size_t times(const Bench& bench, std::string_view wanted) {
  std::size_t found = 0;
  for (const auto& [path, text] : bench.texts)
    for (std::size_t at = text.find(wanted); at != std::string::npos;
         at = text.find(wanted, at + 1))
      ++found;
  return found;
}

/// Its comments could not be read, its pages could: the ledger has both, and nothing is found
/// twice.
TEST(Unpack, APdfThatIsReadInPartIsOpaqueInPart) {
  Sent sent("unread-comments.pdf");
  EXPECT_EQ(times(sent.bench, "theo.marchetti@example.net"), 1U);  // on the page
  EXPECT_EQ(times(sent.bench, "isla.martin@example.net"), 1U);     // in a comment
  ASSERT_EQ(sent.bench.blind_spots.size(), 1U);
  EXPECT_EQ(sent.bench.blind_spots[0].reason, "damaged");
  EXPECT_EQ(sent.bench.blind_spots[0].bytes, sent.column(Column::opaque));
  EXPECT_EQ(sent.column(Column::opaque), sent.bench.texts[""].size());
  EXPECT_GT(sent.column(Column::inspected), 500U);
  EXPECT_EQ(sent.bench.account.columns(Side::client).total(), sent.wire.size());
}

/// In an archive that does not compress the members stand in clear: they are not found once more.
TEST(Unpack, AnArchiveThatIsReadInPartIsSearchedOnce) {
  const std::string archive = read_file("newc.cpio");
  const std::size_t trailer = archive.rfind("070701");
  const std::string wire =
      archive.substr(0, trailer) + std::string(200, '#') + " behind@example.net\n";
  Bench bench({}, true, &pool());
  bench.run(part(protocol::PartKind::body), wire, 1460);
  EXPECT_EQ(times(bench, "theo.marchetti@example.net"), 1U);
  EXPECT_EQ(times(bench, "behind@example.net"), 1U);
  EXPECT_STREQ(bench.summary.opaque_reason, "damaged");
  EXPECT_EQ(bench.account.columns(Side::client)[Column::opaque], wire.size());
}

/// The rows that SQLite can read, and all bytes of the file, since nobody knows which were read:
/// those are not opened as a database once more.
TEST(Unpack, ADamagedDatabaseIsRowsAndBytes) {
  std::string wire = read_file("customers.sqlite");
  const std::size_t page = wire.find("theo.marchetti@example.net") / 4096 * 4096;
  wire[page + 8 + 2 * 19] = '\xff';  // where its last row is
  Bench bench({}, true, &pool());
  bench.run(part(protocol::PartKind::body), wire, 1460);
  EXPECT_EQ(bench.texts[""].size(), wire.size());
  EXPECT_EQ(times(bench, "theo.marchetti@example.net"), 2U);
  ASSERT_EQ(bench.blind_spots.size(), 1U);
  EXPECT_EQ(bench.account.columns(Side::client)[Column::opaque], wire.size());
}

/// Of a file from which nothing comes the bytes are searched.
TEST(Unpack, WhatYieldsNothingIsSearchedAsItIs) {
  Bench bench({}, true, &pool());
  bench.run(part(protocol::PartKind::body), "Rar!\x1a\x07\x01v alice@example.com\n", 1460);
  EXPECT_EQ(times(bench, "alice@example.com"), 1U);
  EXPECT_STREQ(bench.summary.opaque_reason, "damaged");
}

/// Of a zip only the data of the encrypted members is, and their names can be read.
TEST(Unpack, EncryptedMembersOfAZipAreOpaqueAndNamed) {
  for (const char* name : {"encrypted.zip", "encrypted-aes.zip"}) {
    Sent sent(name);
    EXPECT_STREQ(sent.bench.summary.opaque_reason, "encrypted-archive") << name;
    EXPECT_GT(sent.column(Column::opaque), sent.wire.size() * 3 / 4) << name;
    EXPECT_LT(sent.column(Column::opaque), sent.wire.size()) << name;
    ASSERT_EQ(sent.bench.blind_spots.size(), 1U) << name;
    EXPECT_EQ(sent.bench.blind_spots[0].media_type, "application/zip");
    EXPECT_EQ(sent.bench.blind_spots[0].names, std::vector<std::string>{"customers.csv"});
  }
}

TEST(Unpack, WithoutWorkersFilesAreOpaque) {
  Sent no_pool("lzma2.7z", {}, nullptr);
  EXPECT_STREQ(no_pool.bench.summary.opaque_reason, "unsupported");
  unpack::Pool no_program(unpack::PoolOptions{});
  Sent sent("customers.pdf", {}, &no_program);
  EXPECT_STREQ(sent.bench.summary.opaque_reason, "unpack-unavailable");
  EXPECT_EQ(sent.column(Column::opaque), sent.wire.size());
}

TEST(Unpack, ABombIsSkippedBehindWhatWasRead) {
  config::Limits limits;
  limits.expanded_mib = 16;
  Sent sent("bomb.zip", limits);
  EXPECT_TRUE(sent.bench.saw("theo.marchetti@example.net"));
  EXPECT_GT(sent.column(Column::skipped), sent.wire.size() / 2);
  EXPECT_EQ(sent.bench.account.columns(Side::client).total(), sent.wire.size());
  EXPECT_LE(sent.bench.summary.text_bytes, (16U << 20) + sent.wire.size());
}

TEST(Unpack, DepthIsBounded) {
  Sent sent("deep.zip");
  EXPECT_FALSE(sent.bench.blind_spots.empty());
  EXPECT_EQ(sent.bench.blind_spots[0].reason, "budget");
  EXPECT_EQ(sent.bench.account.columns(Side::client).total(), sent.wire.size());
  EXPECT_TRUE(sent.bench.saw("anna@example.org"));  // stored: found in the bytes of what is left
}

/// The mark of a disk image stands behind 32 KiB, where other images have something else.
TEST(Unpack, AnImageOfADiskIsKnownByItsMark) {
  Sent sent("customers.iso.xz");
  EXPECT_TRUE(sent.bench.blind_spots.empty());
  EXPECT_TRUE(std::any_of(sent.bench.texts.begin(), sent.bench.texts.end(), [](const auto& text) {
    return text.first.ends_with("customers.csv") &&
           text.second.find("theo.marchetti@example.net") != std::string::npos;
  }));
  for (const std::size_t size : {300U, 40000U}) {
    Bench bench({}, true, &pool());
    const std::string wire =
        std::string(size, '\0') + "alice@example.com\n" + read_file("deflate.zip");
    bench.run(part(protocol::PartKind::body), wire, 1000);
    EXPECT_TRUE(bench.saw("alice@example.com"));
    EXPECT_TRUE(bench.saw("theo.marchetti@example.net"));
    EXPECT_EQ(bench.account.columns(Side::client)[Column::inspected], wire.size());
  }
}

/// 256 TiB of zeros in 16 zips of 16 zips of ..., a zip that holds itself, one of 30 levels: each
/// ends soon, with what comes before the limit read, in little memory.
TEST(Unpack, NestingEndsAtABudget) {
  for (const char* name : {"42.zip", "quine.zip", "deep.zip"}) {
    const auto begin = std::chrono::steady_clock::now();
    Sent sent(name);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), kSlow ? 30 : 4) << name;
    ASSERT_FALSE(sent.bench.blind_spots.empty()) << name;
    for (const BlindSpotSeen& spot : sent.bench.blind_spots) EXPECT_EQ(spot.reason, "budget");
    EXPECT_LE(sent.bench.blind_spots.size(), 17U) << name;
    EXPECT_GT(sent.column(Column::skipped), 0U) << name;
    EXPECT_EQ(sent.bench.account.columns(Side::client).total(), sent.wire.size()) << name;
    Stats stats;
    sent.bench.inspector.report(stats);
    EXPECT_LT(stats.value("content.memory_peak_bytes"), 8U << 20) << name;
    EXPECT_EQ(stats.value("content.memory_bytes"), 0U) << name;
  }
  Sent bomb("42.zip");
  EXPECT_TRUE(bomb.bench.saw("theo.marchetti@example.net"));  // before the zeros at the bottom
  EXPECT_LE(bomb.bench.summary.text_bytes, 96U << 20);
}

/// What goes on at each level of the zip that holds itself.
TEST(Unpack, AZipThatHoldsItselfIsReadToTheDepth) {
  config::Limits limits;
  limits.depth = 5;
  Sent sent("quine.zip", limits);
  std::string path = "all/the/way/down/and/again.zip";
  for (int depth = 1; depth < 5; ++depth, path += ">all/the/way/down/and/again.zip")
    EXPECT_EQ(sent.bench.texts.count(path), 1U) << depth;
  EXPECT_EQ(sent.bench.texts.count(path + ">all/the/way/down/and/again.zip"), 0U);
}

/// Names that lead out of a folder are names: no file is ever written.
TEST(Unpack, NamesThatLeadElsewhereAreOnlyNames) {
  for (const char* name : {"slip.zip", "names.zip"}) {
    Sent sent(name);
    const std::string path = name[0] == 's' ? "../../../../etc/cron.d/x" : "../../../etc/passwd";
    ASSERT_EQ(sent.bench.texts.count(path), 1U) << name;
    EXPECT_NE(sent.bench.texts[path].find("theo.marchetti@example.net"), std::string::npos);
    EXPECT_EQ(sent.column(Column::inspected), sent.wire.size()) << name;
    EXPECT_TRUE(sent.bench.blind_spots.empty()) << name;
  }
}

/// In front of a network: what is sent afterwards does not wait, and the object ends with its
/// files.
TEST(Unpack, NothingWaitsForAWorker) {
  const std::string wire = read_file("workbook.zip");
  Bench bench({}, true, &pool(), Bench::Files::polled);
  const auto writer = bench.begin();
  writer->begin_part(part(protocol::PartKind::body));
  bench.deliver(*writer, wire, 1460);
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
  EXPECT_EQ(bench.objects_ended, 0);
  EXPECT_EQ(bench.flow.objects_waiting, 1U);
  while (bench.objects_ended == 0) bench.inspector.poll(1 << 16);
  EXPECT_EQ(bench.flow.objects_waiting, 0U);
  EXPECT_TRUE(bench.saw("theo.marchetti@example.net"));
  EXPECT_STREQ(bench.summary.opaque_reason, "encrypted-archive");
  EXPECT_EQ(bench.account.columns(Side::client).total(), wire.size());
  Sent waited("workbook.zip");
  EXPECT_EQ(bench.texts, waited.bench.texts);
  EXPECT_EQ(bench.summary.opaque_bytes, waited.bench.summary.opaque_bytes);
}

/// cpio(5), "new ASCII".
std::string cpio_member(const std::string& name, const std::string& content) {
  const auto padded = [](std::string text) {
    return text + std::string((4 - text.size() % 4) % 4, '\0');
  };
  const std::size_t fields[] = {1, 0100644,         0, 0, 1, 0, content.size(), 0, 0, 0,
                                0, name.size() + 1, 0};
  std::string header = "070701";
  for (const std::size_t field : fields) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08zX", field);
    header += digits;
  }
  return padded(header + name + '\0') + padded(content);
}

/// A file is handed to its worker in steps. Not one of them is done twice or left out.
TEST(Unpack, ALargeFileGoesToItsWorkerInSteps) {
  std::string content;
  for (int row = 0; content.size() < 500'000; ++row)
    content += "row " + std::to_string(row) + " of the table\n";
  Bench bench({}, true, &pool(), Bench::Files::polled);
  bench.run(part(protocol::PartKind::body),
            cpio_member("table.csv", content) + cpio_member("TRAILER!!!", ""), 1460);
  int polls = 0;
  for (; bench.objects_ended == 0; ++polls) bench.inspector.poll(1024);
  EXPECT_GT(polls, 8);
  EXPECT_EQ(bench.texts["table.csv"], content);
  EXPECT_TRUE(bench.blind_spots.empty());
}

/// A run that ends waits for what is open, however slowly it was polled.
TEST(Unpack, TheEndWaitsForAllFiles) {
  Bench bench({}, true, &pool(), Bench::Files::polled);
  for (const char* name : {"lzma2.7z", "customers.pdf", "customers.docx", "customers.xls"})
    bench.run(part(protocol::PartKind::body), read_file(name), 1460);
  EXPECT_EQ(bench.flow.objects_waiting, 4U);
  bench.inspector.finish_files();
  EXPECT_EQ(bench.objects_ended, 4);
  EXPECT_EQ(bench.flow.objects_waiting, 0U);
  EXPECT_EQ(bench.unread_parts(), 0u);
}

}  // namespace
}  // namespace outspan::content
