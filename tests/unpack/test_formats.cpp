#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "tests/unpack/workers.h"

namespace outspan::unpack {
namespace {

/// A second, and some more where others work as well.
constexpr std::chrono::milliseconds kSoon{kSanitized ? 20'000 : 2'000};

struct Case {
  const char* name;
  const char* file;
  Kind kind = Kind::archive;
  Outcome outcome = Outcome::opened;
  bool in_clear = true;  ///< every customer is found in what is handed on
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.file; }

/// E-mail address and ticket of each customer: their rows, in the order of the source.
std::vector<std::pair<std::string, std::string>> customers() {
  std::istringstream lines(read_file("customers.csv"));
  std::vector<std::pair<std::string, std::string>> found;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const std::size_t name = line.find(',');
    const std::size_t email = line.find(',', name + 1);
    const std::size_t ticket = line.find(',', email + 1);
    found.emplace_back(line.substr(name + 1, email - name - 1),
                       line.substr(email + 1, ticket - email - 1));
  }
  return found;
}

class Format : public testing::TestWithParam<Case> {};

TEST_P(Format, HandsOnEveryCustomer) {
  const Case& test = GetParam();
  Collected found;
  EXPECT_EQ(open(read_file(test.file), test.kind, found), test.outcome);
  EXPECT_EQ(found.ended, found.members.size());
  if (!test.in_clear) return;
  const std::string all = found.all();
  ASSERT_EQ(customers().size(), 20u);
  for (const auto& [email, ticket] : customers()) {
    EXPECT_NE(all.find(email), std::string::npos) << email;
    EXPECT_NE(all.find(ticket), std::string::npos) << ticket;
  }
}

TEST_P(Format, AnyCutOfItEndsWell) {
  const Case& test = GetParam();
  const std::string whole = read_file(test.file);
  for (std::size_t part = 1; part < 8; ++part) {
    Collected found;
    const Outcome outcome = open(whole.substr(0, whole.size() * part / 8), test.kind, found);
    EXPECT_NE(outcome, Outcome::crashed) << part;
    EXPECT_NE(outcome, Outcome::time) << part;
  }
}

const Case kCases[] = {
    {"deflate_zip", "deflate.zip"},
    {"stored_zip", "stored.zip"},
    {"bzip2_zip", "bzip2.zip"},
    {"lzma_zip", "lzma.zip"},
    {"ppmd_zip", "ppmd.zip"},
    {"deflate64_zip", "deflate64.zip"},
    {"zstd_zip", "zstd.zip"},
    {"zip_with_data_descriptors", "streamed.zip"},
    {"lzma2_7z", "lzma2.7z"},
    {"ppmd_7z", "ppmd.7z"},
    {"deflate64_7z", "deflate64.7z"},
    {"deflate64_7z_with_a_header_in_clear", "unpacked-header.7z"},
    {"deflate64_7z_beside_lzma2", "two-methods.7z"},
    {"deflate64_7z_behind_a_filter", "filtered-deflate64.7z", Kind::archive, Outcome::unsupported,
     false},
    {"cpio", "customers.cpio"},
    {"newc_cpio", "newc.cpio"},
    {"ar", "customers.ar"},
    {"bzip2", "customers.csv.bz2"},
    {"xz", "customers.csv.xz"},
    {"lzma_alone", "customers.csv.lzma"},
    {"lz4", "customers.csv.lz4"},
    {"compress", "customers.csv.Z"},
    {"partly_encrypted_zip", "partly-encrypted.zip", Kind::archive, Outcome::encrypted},
    {"encrypted_odt", "encrypted.odt", Kind::archive, Outcome::encrypted, false},
    {"encrypted_zip", "encrypted.zip", Kind::archive, Outcome::encrypted, false},
    {"encrypted_aes_zip", "encrypted-aes.zip", Kind::archive, Outcome::encrypted, false},
    {"encrypted_7z", "encrypted.7z", Kind::archive, Outcome::encrypted, false},
    {"encrypted_names_7z", "encrypted-names.7z", Kind::archive, Outcome::encrypted, false},
    {"xlsx", "customers.xlsx"},
    {"xlsb", "customers.xlsb"},
    {"sparse_xlsx", "sparse.xlsx"},
    {"xlsx_with_backslashes", "backslashes.xlsx"},
    {"xlsx_by_other_names", "renamed.xlsx"},
    {"xlsx_without_relations", "no-relations.xlsx"},
    {"docx", "customers.docx"},
    {"pptx", "customers.pptx"},
    {"ods", "customers.ods"},
    {"odt", "customers.odt"},
    {"odp", "customers.odp"},
    {"epub", "customers.epub"},
    {"cab", "customers.cab"},
    {"lzip", "customers.csv.lz"},
    {"rar4", "rar4.rar"},
    {"rar5", "rar5.rar"},
    {"partly_encrypted_rar5", "partly-encrypted.rar", Kind::archive, Outcome::encrypted},
    {"zip64", "zip64.zip"},
    {"doc", "customers.doc", Kind::ole},
    {"xls_of_libreoffice", "libreoffice.xls", Kind::ole},
    {"msg", "customers.msg", Kind::ole, Outcome::opened, false},
    {"xls", "customers.xls", Kind::ole},
    {"rtf", "customers.rtf", Kind::rtf},
    {"tnef", "winmail.dat", Kind::tnef},
    {"sqlite", "customers.sqlite", Kind::sqlite},
    {"avro_with_a_symbol_of_no_name", "no-symbol.avro", Kind::avro, Outcome::damaged, false},
    {"avro", "customers.avro", Kind::avro},
    {"bzip2_avro", "bzip2.avro", Kind::avro},
    {"lzma_avro", "lzma.avro", Kind::avro},
    {"xz_avro", "xz.avro", Kind::avro},
    {"zstandard_avro", "zstandard.avro", Kind::avro},
    {"deflate_avro", "deflate.avro", Kind::avro},
    {"snappy_avro", "snappy.avro", Kind::avro},
    {"pdf", "customers.pdf", Kind::pdf},
    {"pdf_with_object_streams_and_attachment", "attachment.pdf", Kind::pdf},
    {"pdf_with_owner_password", "owner-password.pdf", Kind::pdf},
    {"pdf_with_comments_only", "comments.pdf", Kind::pdf},
    {"encrypted_pdf", "encrypted.pdf", Kind::pdf, Outcome::encrypted, false},
    {"zip_that_holds_itself", "quine.zip", Kind::archive, Outcome::opened, false},
    {"zip_slip_is_only_a_name", "slip.zip"},
};
INSTANTIATE_TEST_SUITE_P(Files, Format, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Rows, StayRows) {
  Collected xlsx;
  open(read_file("customers.xlsx"), Kind::archive, xlsx);
  const auto [email, ticket] = customers().front();
  EXPECT_NE(xlsx.of("Customers 2026").find("\t" + email + "\t" + ticket + "\t"), std::string::npos);
  Collected ods;
  open(read_file("customers.ods"), Kind::archive, ods);
  EXPECT_NE(ods.of("Customers 2026").find(email + " \t" + ticket), std::string::npos);
  Collected rtf;
  open(read_file("customers.rtf"), Kind::rtf, rtf);
  EXPECT_NE(rtf.of("text").find("\t" + email + "\t" + ticket + "\t"), std::string::npos);
  Collected sqlite;
  open(read_file("customers.sqlite"), Kind::sqlite, sqlite);
  EXPECT_NE(sqlite.of("customers").find("\t" + email + "\t" + ticket + "\t"), std::string::npos);
  for (const char* file : {"customers.xls", "libreoffice.xls"}) {
    Collected xls;
    open(read_file(file), Kind::ole, xls);
    const char* sheet =
        xls.of("Customers").starts_with("no member") ? "Customers 2026" : "Customers";
    EXPECT_NE(xls.of(sheet).find("\t" + email + "\t" + ticket + "\t"), std::string::npos) << file;
  }
  Collected doc;
  open(read_file("customers.doc"), Kind::ole, doc);
  EXPECT_NE(doc.of("text").find("\t" + email + "\t" + ticket + "\t"), std::string::npos);
  Collected avro;
  open(read_file("customers.avro"), Kind::avro, avro);
  EXPECT_NE(avro.of("records").find("\t" + email + "\t" + ticket + "\t"), std::string::npos);
  Collected pdf;
  open(read_file("customers.pdf"), Kind::pdf, pdf);
  const std::string page = pdf.of("page 1");
  const std::size_t at = page.find(email);
  ASSERT_NE(at, std::string::npos);
  EXPECT_LT(page.find(ticket, at), page.find('\n', at));
}

TEST(Rows, KeepTheirColumns) {
  std::istringstream lines(read_file("customers.csv"));
  std::string header, name, email, ticket, phone;
  std::getline(lines, header);
  std::getline(std::getline(std::getline(lines, name, ','), email, ','), ticket, ',');
  std::getline(lines, phone);
  if (phone.ends_with('\r')) phone.pop_back();
  Collected sparse;
  open(read_file("sparse.xlsx"), Kind::archive, sparse);
  EXPECT_EQ(sparse.of("First").substr(0, sparse.of("First").find('\n')),
            "\t" + name + "\t\t" + email + "\t\t" + ticket + std::string(65, '\t') + phone);
  Collected xlsb;
  open(read_file("customers.xlsb"), Kind::archive, xlsb);
  std::erase_if(phone, [](char c) { return c < '0' || c > '9'; });
  const std::string& sheet = xlsb.of("Customers 2026");
  EXPECT_EQ(sheet.substr(0, sheet.find('\n')),
            name + "\t" + email + "\t\t" + ticket + "\t" + phone + "\t\t0\tF" + ticket);
  EXPECT_NE(xlsb.of("Customers 2026.bin").find(std::string("r\0I\0d\0001", 7)), std::string::npos);
}

/// Strings that sheets share are found by relationship, whatever the parts are called; a telephone
/// number that is written as a number is its digits.
TEST(Rows, OfAWorkbookAreJoinedWhateverItsPartsAreCalled) {
  std::istringstream lines(read_file("customers.csv"));
  std::string line;
  std::getline(lines, line);
  std::string expected;
  while (std::getline(lines, line)) {
    if (line.ends_with('\r')) line.pop_back();
    const std::size_t phone = line.rfind(',') + 1;
    std::string row = line.substr(0, phone);
    std::replace(row.begin(), row.end(), ',', '\t');
    for (const char c : line.substr(phone))
      if (c >= '0' && c <= '9') row += c;
    expected += row + "\n";
  }
  for (const auto& [file, sheet] :
       {std::pair{"backslashes.xlsx", "People"}, std::pair{"renamed.xlsx", "People"},
        std::pair{"no-relations.xlsx", "people.xml"}}) {
    Collected found;
    EXPECT_EQ(open(read_file(file), Kind::archive, found), Outcome::opened) << file;
    EXPECT_EQ(found.of(sheet), expected) << file;
  }
}

/// A page with texts at places (points from the left, lines from the top).
struct Placed {
  int x, line;
  const char* text;
};
std::string pdf_of(const std::vector<Placed>& texts) {
  std::string content = "BT /F 9 Tf\n";
  for (const Placed& placed : texts)
    content += "1 0 0 1 " + std::to_string(placed.x) + " " +
               std::to_string(780 - 11 * placed.line) + " Tm (" + placed.text + ") Tj\n";
  content += "ET";
  const std::string objects[] = {
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 "
      "R>>>>>>",
      "<</Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream",
      "<</Type/Font/Subtype/Type1/BaseFont/Courier>>"};
  std::string file = "%PDF-1.4\n", table = "xref\n0 6\n0000000000 65535 f \n";
  for (std::size_t i = 0; i < std::size(objects); ++i) {
    const std::string at = std::to_string(file.size());
    table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    file += std::to_string(i + 1) + " 0 obj" + objects[i] + "endobj\n";
  }
  return file + table + "trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + std::to_string(file.size()) +
         "\n%%EOF\n";
}

struct WrappedCase {
  const char* name;
  std::vector<Placed> texts;
  const char* expected;  ///< in one line with what stands beside it
};
const WrappedCase kWrapped[] = {
    {"in_the_domain",
     {{50, 0, "Ann Lee"}, {150, 0, "ann.lee@exam"}, {150, 1, "ple.com"}, {300, 0, "x17"}},
     "ann.lee@example.com"},
    {"before_the_sign",
     {{50, 0, "Ann Lee"}, {150, 0, "ann.lee"}, {150, 1, "@example.com"}, {300, 0, "x17"}},
     "ann.lee@example.com"},
    {"after_the_sign",
     {{50, 0, "Ann Lee"}, {150, 0, "ann.lee@"}, {150, 1, "example.com"}, {300, 0, "x17"}},
     "ann.lee@example.com"},
    {"three_lines",
     {{50, 0, "Ann Lee"},
      {150, 0, "ann.lee"},
      {150, 1, "@example"},
      {150, 2, ".com"},
      {300, 0, "x17"}},
     "ann.lee@example.com"},
    {"with_a_hyphen",
     {{50, 0, "Ann Lee"}, {150, 0, "ann.lee@exam-"}, {150, 1, "ple.com"}, {300, 0, "x17"}},
     "ann.lee@example.com"},
    {"first_cell_of_the_row",
     {{50, 0, "ann.lee@exam"}, {50, 1, "ple.com"}, {180, 0, "Ann Lee"}, {300, 0, "x17"}},
     "ann.lee@example.com"},
    {"other_cells_wrap_as_well",
     {{50, 0, "Ann"},
      {50, 1, "Lee"},
      {150, 0, "ann.lee@exam"},
      {150, 1, "ple.com"},
      {300, 0, "x17"},
      {300, 1, "more"}},
     "ann.lee@example.com"},
};
class Wrapped : public testing::TestWithParam<WrappedCase> {};
TEST_P(Wrapped, AddressIsOne) {
  Collected found;
  ASSERT_EQ(open(pdf_of(GetParam().texts), Kind::pdf, found), Outcome::opened);
  const std::string page = found.of("page 1");
  const std::size_t at = page.find(GetParam().expected);
  ASSERT_NE(at, std::string::npos) << page;
  const std::size_t begin = page.rfind('\n', at) + 1, end = page.find('\n', at);
  EXPECT_NE(page.substr(begin, end - begin).find("x17"), std::string::npos)
      << "what stands beside it: " << page;
}
INSTANTIATE_TEST_SUITE_P(Pdf, Wrapped, testing::ValuesIn(kWrapped),
                         [](const auto& test) { return std::string(test.param.name); });

/// Addresses of two rows are two.
TEST(Pdf, CellsBelowEachOtherStayApart) {
  Collected found;
  open(pdf_of({{50, 0, "ann@example.com"}, {50, 1, "bob@example.org"}, {50, 2, "Leeds"}}),
       Kind::pdf, found);
  const std::string page = found.of("page 1");
  EXPECT_EQ(page.find("combob"), std::string::npos);
}

TEST(Pdf, CommentsAreALineEach) {
  Collected found;
  ASSERT_EQ(open(read_file("comments.pdf"), Kind::pdf, found), Outcome::opened);
  const auto [email, ticket] = customers().front();
  const std::string comments = found.of("comments");
  EXPECT_NE(comments.find(email + "\t" + ticket + "\t"), std::string::npos);
  EXPECT_NE(comments.find("\nmailto:link@example.net?subject=TM-00000001\n"), std::string::npos);
  EXPECT_NE(comments.find("\nauthor@example.net\ta subject\t rich@example.net  TM-00000002 \n"
                          "the second page\n"),
            std::string::npos);
  Collected none;
  open(read_file("customers.pdf"), Kind::pdf, none);
  EXPECT_EQ(none.of("comments"), "no member comments");
}

/// Half of the customers stand on the page, half in comments that libqpdf does not read: the others
/// are not found twice, and what was not read is told.
/// `deleted.sqlite`: three tables of customers. One is whole, of one every second row was deleted,
/// one was dropped.
TEST(Sqlite, DeletedRowsAreHandedOn) {
  Collected found;
  ASSERT_EQ(open(read_file("deleted.sqlite") + "hidden@example.com", Kind::sqlite, found),
            Outcome::opened);
  const std::string rest = found.of("unread bytes");
  int deleted = 0;
  for (int i = 0; i < 400; ++i) {
    const auto mail = [i](const char* table) {
      return table + std::to_string(1000 + i) + "@example.com";
    };
    EXPECT_NE(found.of("whole").find(mail("whole")), std::string::npos) << i;
    EXPECT_EQ(found.of("half").find(mail("half")) != std::string::npos, i % 2 == 0) << i;
    deleted += i % 2 == 1 && rest.find(mail("half")) != std::string::npos ? 1 : 0;
    EXPECT_NE(rest.find(mail("dropped")), std::string::npos) << i;
  }
  EXPECT_GT(deleted, 150);  // SQLite has moved rows over some of the 200
  EXPECT_NE(rest.find("hidden@example.com"), std::string::npos);
  EXPECT_LT(rest.size(), read_file("deleted.sqlite").size() * 3 / 4);
}

TEST(Pdf, TextBehindItsEndIsHandedOn) {
  Collected found;
  EXPECT_EQ(open(read_file("customers.pdf") + "hidden@example.com", Kind::pdf, found),
            Outcome::opened);
  EXPECT_EQ(found.of("unread bytes"), "hidden@example.com");
}

TEST(Pdf, CommentsThatCannotBeReadAreBytes) {
  const std::string file = read_file("unread-comments.pdf");
  Collected found;
  ASSERT_EQ(open(file, Kind::pdf, found), Outcome::damaged);
  const auto all = customers();
  const std::string page = found.of("page 1"), rest = found.of("unread bytes");
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(page.find(all[i].first) != std::string::npos, i < all.size() / 2) << i;
    EXPECT_EQ(rest.find(all[i].first) != std::string::npos, i >= all.size() / 2) << i;
  }
  EXPECT_EQ(found.unread, rest.size());
  EXPECT_LT(found.unread, file.size() - 500);  // the page's own stream was read
}

TEST(Deflate64, LongMatchesAndTheWholeWindow) {
  std::string block(40'000, ' ');
  std::uint32_t random = 1;
  for (char& c : block) {
    random = random * 1103515245 + 12345;
    c = static_cast<char>(random >> 24);
  }
  const std::string table = read_file("customers.csv");
  Collected found;
  ASSERT_EQ(open(read_file("long-deflate64.zip"), Kind::archive, found), Outcome::opened);
  EXPECT_EQ(found.of("long.bin"), table + block + block + std::string(200'000, '\0') + table);
  EXPECT_EQ(found.of("customers.csv"), table);
}

/// The two files are one stream, or one each, or the second by another method.
TEST(Deflate64, FilesOf7z) {
  const std::string table = read_file("customers.csv");
  for (const char* file : {"deflate64.7z", "unpacked-header.7z", "two-methods.7z"}) {
    Collected found;
    ASSERT_EQ(open(read_file(file), Kind::archive, found), Outcome::opened) << file;
    EXPECT_EQ(found.members.size(), 3U) << file;  // one is the header, as bytes
    EXPECT_EQ(found.of("customers.csv"), table) << file;
    EXPECT_TRUE(found.of("more.csv").find(customers().back().first) <
                found.of("more.csv").find(customers().front().first))
        << file;
  }
}

TEST(Deflate64, DamagedIn7zIsReadUpToTheDamage) {
  std::string archive = read_file("unpacked-header.7z");
  for (std::size_t i = 32 + 500; i < 32 + 520; ++i) archive[i] ^= 0x55;
  Collected found;
  EXPECT_EQ(open(archive, Kind::archive, found), Outcome::damaged);
  EXPECT_NE(found.all().find(customers().back().first), std::string::npos);
}

/// An archive ends where its format says, not where the file does.
TEST(Archives, TextBehindTheirEndIsHandedOn) {
  for (const char* name : {"newc.cpio", "customers.ar", "customers.cab", "rar4.rar", "rar5.rar",
                           "lzma2.7z", "ppmd.7z", "deflate64.7z", "customers.csv.bz2",
                           "customers.csv.lz4", "customers.csv.lz", "customers.csv.lzma"}) {
    Collected found;
    EXPECT_EQ(open(read_file(name) + "hidden@example.com", Kind::archive, found), Outcome::opened)
        << name;
    EXPECT_NE(found.of("unread bytes").find("hidden@example.com"), std::string::npos) << name;
  }
}

/// What stands behind the damage of an archive that does not compress is handed on as it is, what
/// stands before it once.
TEST(Damage, TheRestIsHandedOnAsBytes) {
  for (const char* name : {"customers.cpio", "newc.cpio", "customers.ar"}) {
    const std::string archive = read_file(name);
    Collected whole, found;
    open(archive, Kind::archive, whole);
    ASSERT_EQ(whole.members.size(), 1U) << name;
    const std::size_t end = archive.find(whole.all()) + whole.all().size();
    EXPECT_EQ(open(archive.substr(0, end + end % 2) + std::string(300, '#') + "behind@example.net",
                   Kind::archive, found),
              Outcome::damaged)
        << name;
    EXPECT_NE(found.of("unread bytes").find("behind@example.net"), std::string::npos) << name;
    EXPECT_EQ(found.of("unread bytes").find(customers().back().first), std::string::npos) << name;
  }
}

TEST(Iso, IsRead) {
  Collected packed, found;
  ASSERT_EQ(open(read_file("customers.iso.xz"), Kind::archive, packed), Outcome::opened);
  ASSERT_EQ(open(packed.all(), Kind::archive, found), Outcome::opened);
  EXPECT_EQ(found.of("customers.csv"), read_file("customers.csv"));
}

TEST(Ppt, TextIsInClear) {
  Collected packed, found;
  ASSERT_EQ(open(read_file("customers.ppt.xz"), Kind::archive, packed), Outcome::opened);
  ASSERT_EQ(open(packed.all(), Kind::ole, found), Outcome::opened);
  const std::string stream = found.of("PowerPoint Document");
  for (const auto& [email, ticket] : customers()) {
    std::string wide;
    for (const char c : email) wide += {c, '\0'};
    EXPECT_TRUE(stream.find(email) != std::string::npos || stream.find(wide) != std::string::npos)
        << email;
  }
}

TEST(Msg, BodyAndAttachments) {
  Collected found;
  ASSERT_EQ(open(read_file("customers.msg"), Kind::ole, found), Outcome::opened);
  const auto all = customers();
  EXPECT_NE(found.of("__substg1.0_10090102").find("\t" + all[5].first + "\t"), std::string::npos);
  EXPECT_NE(found.of("__attach_version1.0_#00000000/__substg1.0_37010102").find(all[10].first),
            std::string::npos);
}

TEST(Tnef, PartsHaveTheirNames) {
  Collected found;
  ASSERT_EQ(open(read_file("winmail.dat"), Kind::tnef, found), Outcome::opened);
  const auto all = customers();
  EXPECT_NE(found.of("message").find(all[0].first + "\t" + all[0].second), std::string::npos);
  EXPECT_NE(found.of("body").find("\t" + all[5].first + "\t" + all[5].second), std::string::npos);
  EXPECT_NE(found.of("the rest.csv").find(all[10].first), std::string::npos);
  EXPECT_NE(found.of("body.html").find(all[15].first), std::string::npos);
  EXPECT_EQ(found.of("note.txt"), "nothing in here");
}

TEST(Hostile, ABombEndsAtTheLimitAndWhatCameBeforeIsThere) {
  Collected found;
  EXPECT_EQ(open(read_file("bomb.zip"), Kind::archive, found, {.output_bytes = 8 << 20}),
            Outcome::expansion);
  EXPECT_NE(found.of("first.csv").find(customers().back().first), std::string::npos);
}

TEST(Hostile, ASheetOf10GbOfBlankRowsEndsSoonAndTheOneBeforeIsThere) {
  Collected packed;
  ASSERT_EQ(open(read_file("sparse-10gb.xlsx.xz"), Kind::archive, packed), Outcome::opened);
  Collected found;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(open(packed.all(), Kind::archive, found), Outcome::expansion);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
  EXPECT_NE(found.of("First").find(customers().back().first), std::string::npos);
}

TEST(Hostile, MembersOverOneAnotherEndIt) {
  Collected found;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(open(read_file("overlapping.zip"), Kind::archive, found), Outcome::damaged);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
  EXPECT_EQ(found.members.size(), 1U);
}

TEST(Hostile, APdfThatRunsInCirclesEnds) {
  Collected found;
  const auto begin = std::chrono::steady_clock::now();
  open(read_file("cycles.pdf"), Kind::pdf, found);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
  EXPECT_NE(found.of("page 1").find(customers().front().first), std::string::npos);
}

TEST(Hostile, EntitiesInAWorkbookCostTheirPartsOnly) {
  Collected found;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(open(read_file("laughs.xlsx"), Kind::archive, found), Outcome::damaged);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
  EXPECT_NE(found.of("First").find(customers().back().first), std::string::npos);
  EXPECT_LT(found.all().size(), 100'000U);
}

TEST(Hostile, NamesAreHandedOnAsTheyAreAndCut) {
  Collected found;
  ASSERT_EQ(open(read_file("names.zip"), Kind::archive, found), Outcome::opened);
  EXPECT_NE(found.of("../../../etc/passwd").find('@'), std::string::npos);
  EXPECT_NE(found.of("a\x1b[2Jb\r\nc\x07").find('@'), std::string::npos);
  EXPECT_EQ(found.members.back().first, std::string(1024, 'n'));
}

TEST(Hostile, EntitiesAreNotExpanded) {
  Collected found;
  EXPECT_EQ(open(read_file("laughs.docx"), Kind::archive, found), Outcome::damaged);
  EXPECT_LT(found.all().size(), 100'000u);
}

TEST(Hostile, AnEmptyFileAndALie) {
  Collected found;
  EXPECT_EQ(open("", Kind::archive, found), Outcome::unsupported);
  EXPECT_EQ(open(std::string(2048, '\0'), Kind::archive, found), Outcome::unsupported);
  EXPECT_EQ(open("PK\x03\x04 but nothing else", Kind::archive, found), Outcome::damaged);
  EXPECT_EQ(open("Rar!\x1a\x07\x01v" + std::string(64, '\xff'), Kind::archive, found),
            Outcome::damaged);
  EXPECT_EQ(open("%PDF-1.7 but nothing else", Kind::pdf, found), Outcome::damaged);
  EXPECT_TRUE(found.members.empty());
}

TEST(Encrypted, NamesAreHandedOnWhereTheyCanBeRead) {
  const auto names = [](const char* file) {
    Collected found;
    open(read_file(file), Kind::archive, found);
    return found.encrypted;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names("encrypted.zip"), Names{"customers.csv"});
  EXPECT_EQ(names("encrypted-aes.zip"), Names{"customers.csv"});
  EXPECT_EQ(names("encrypted.7z"), Names{"customers.csv"});
  EXPECT_EQ(names("encrypted-names.7z"), Names{});
  EXPECT_EQ(names("partly-encrypted.zip"), Names{"salaries.csv"});
  EXPECT_EQ(names("encrypted.odt"), Names{"content.xml"});
  EXPECT_EQ(names("deflate.zip"), Names{});
  EXPECT_EQ(names("partly-encrypted.rar"), Names{"locked.csv"});
  Collected limited;
  EXPECT_EQ(open(read_file("partly-encrypted.zip"), Kind::archive, limited, {.entries = 1}),
            Outcome::entries);
}

/// A RAR 5 archive of one file, with an encryption record in its header (rar technote).
TEST(Hostile, EncryptedRar5IsNotTakenForData) {
  const std::string archive(
      "Rar!\x1a\x07\x01\x00"
      "\0\0\0\0\x03\x01\x00\x00"  // main header
      "\0\0\0\0\x0b\x02\x03\x03\x04\x00\x00\x00\x00\x02\x01\x00"
      "data",
      8 + 8 + 16 + 4);
  Collected found;
  EXPECT_EQ(open(archive, Kind::archive, found), Outcome::encrypted);
}

}  // namespace
}  // namespace outspan::unpack
