#include "fingerprint/index/index.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <random>

#include "core/hash.h"
#include "fingerprint/build/cell_reader.h"
#include "tests/fingerprint/support.h"

namespace outspan::fingerprint {
namespace {

const std::string kTable =
    "name,email,ticket,phone\r\n"
    "Ada Lovelace,ada@example.com,TM-00000001,+44 20 7946 0001\r\n"
    "Grace Hopper,Grace.Hopper+navy@example.com,TM-00000002,+44 20 7946 0002\r\n"
    "Ada Byron,ada@example.com,TM-00000003,\r\n"
    "\"Franklin, Rosalind\",r.franklin@gmail.com,TM-00000004,+44 20 7946 0001\r\n";

/// Rows (from 0) that have a value in a column.
std::vector<RowNumber> rows_with(const Index& index, std::size_t column,
                                 std::string_view canonical) {
  static constexpr Key::Use kUses[] = {Key::Use::email, Key::Use::phone, Key::Use::ticket};
  const Key::Use use = kUses[static_cast<std::size_t>(index.columns()[column].type)];
  const ValueHash hash = value_hash(index.key().of(use), canonical);
  const RowList list = index.table(column).find(hash);
  return {list.begin(), list.end()};
}

using Rows = std::vector<RowNumber>;

TEST(Index, KnowsTheRowsOfItsValues) {
  const TestFolder folder;
  const auto report = build_from(kTable, folder.file("i"), customer_options());
  ASSERT_TRUE(report.ok()) << report.problems().front().to_string();
  EXPECT_EQ(report->rows, 4u);
  const auto loaded = Index::load(folder.file("i"), test_key());
  ASSERT_TRUE(loaded.ok()) << loaded.problems().front().to_string();
  const Index& index = **loaded;
  EXPECT_TRUE(index.consistent());
  EXPECT_EQ(rows_with(index, 0, "ada@example.com"), (Rows{0, 2}));  // a value of several rows
  EXPECT_EQ(rows_with(index, 0, "grace.hopper+navy@example.com"), Rows{1});
  EXPECT_EQ(rows_with(index, 0, "grace.hopper@example.com"), Rows{1});  // its mailbox
  EXPECT_EQ(rows_with(index, 0, "rfranklin@gmail.com"), Rows{3});
  EXPECT_EQ(rows_with(index, 0, "nobody@example.com"), Rows{});
  EXPECT_EQ(rows_with(index, 1, "442079460001"), (Rows{0, 3}));
  EXPECT_EQ(rows_with(index, 2, "TM00000003"), Rows{2});
  EXPECT_TRUE(index.phones().has("442079469999"));
  EXPECT_FALSE(index.phones().has("4520794699"));
  Name rosalind;
  ASSERT_EQ(read_name(index.key().of(Key::Use::name), "Rosalind Franklin", rosalind),
            NameProblem::none);
  EXPECT_EQ(index.row(3).name.packed(), rosalind.tag.packed());
  EXPECT_TRUE(
      index.names().may_contain(name_identity(index.key().of(Key::Use::name), rosalind.sum)));
  EXPECT_EQ(index.columns()[1].cells, 3u);
  EXPECT_EQ(report->columns[1].empty, 1u);
}

TEST(Index, MarksCanariesAndTellsTextsFromOneAnother) {
  const TestFolder folder;
  BuildOptions options;
  options.columns = {
      {"email", ColumnType::email}, {"postcode", ColumnType::text}, {"city", ColumnType::text}};
  options.canary_header = "planted";
  const std::string table =
      "email,postcode,city,planted\n"
      "a@example.com,SW1A 1AA,Genève,\n"
      "b@example.com,EC1A 1BB,Roma,yes\n"
      "c@example.com,,Roma,no\n";
  ASSERT_TRUE(build_from(table, folder.file("i"), options).ok());
  const auto index = *Index::load(folder.file("i"), test_key());
  EXPECT_FALSE(index->row(0).canary);
  EXPECT_TRUE(index->row(1).canary);
  EXPECT_FALSE(index->row(2).canary);
  EXPECT_EQ(index->header().canaries, 1u);
  EXPECT_EQ(index->text_tag(0, 0), Index::text_tag_of(index->key(), "sw1a1aa"));
  EXPECT_EQ(index->text_tag(0, 1), Index::text_tag_of(index->key(), "geneve"));
  EXPECT_EQ(index->text_tag(1, 1), index->text_tag(2, 1));
  EXPECT_EQ(index->text_tag(2, 0), 0u);
}

/// Some thousand rows with values that repeat, and what a plain map says of them.
struct RandomTable {
  std::string csv = "email,phone,ticket,name\n";
  std::map<std::string, Rows> by_email, by_phone, by_ticket;

  explicit RandomTable(std::size_t rows, unsigned seed = 1) {
    std::mt19937 random(seed);
    for (RowNumber row = 0; row < rows; ++row) {
      const std::string email = "user" + std::to_string(random() % (rows / 2)) + "@example.com";
      const std::string phone = "1212555" + std::to_string(1000 + random() % 9000);
      std::string ticket = std::to_string(random() % 100'000'000);
      ticket.insert(0, 8 - ticket.size(), '0');
      by_email[email].push_back(row);
      by_phone[phone].push_back(row);
      by_ticket["TM" + ticket].push_back(row);
      csv += email + ",+" + phone + ",TM-" + ticket + ",Ann Other" +
             std::string(1, static_cast<char>('a' + row % 26)) + "\n";
    }
  }
};

TEST(Index, AnswersWhatAMapAnswers) {
  const TestFolder folder;
  const RandomTable table(20'000);
  ASSERT_TRUE(build_from(table.csv, folder.file("i"), customer_options()).ok());
  const auto index = *Index::load(folder.file("i"), test_key());
  for (const auto& [email, rows] : table.by_email) ASSERT_EQ(rows_with(*index, 0, email), rows);
  for (const auto& [phone, rows] : table.by_phone) ASSERT_EQ(rows_with(*index, 1, phone), rows);
  for (const auto& [ticket, rows] : table.by_ticket) ASSERT_EQ(rows_with(*index, 2, ticket), rows);
  for (int i = 0; i < 100'000; ++i) {
    const std::string stranger = "stranger" + std::to_string(i) + "@example.com";
    const ValueHash hash = value_hash(index->key().of(Key::Use::email), stranger);
    ASSERT_TRUE(index->table(0).find(hash).empty());
  }
}

TEST(Index, IsTheSameForAnyNumberOfThreads) {
  const TestFolder folder;
  const RandomTable table(30'000);
  std::string first;
  for (const unsigned threads : {1u, 2u, 5u}) {
    BuildOptions options = customer_options();
    options.threads = threads;
    ASSERT_TRUE(build_from(table.csv, folder.file("i"), options).ok());
    const std::string bytes = read_file(folder.file("i"));
    if (first.empty()) first = bytes;
    ASSERT_EQ(bytes, first) << threads << " threads";
  }
}

TEST(Index, HoldsNoValueInAnySpelling) {
  const TestFolder folder;
  ASSERT_TRUE(build_from(kTable, folder.file("i"), customer_options()).ok());
  std::string bytes = read_file(folder.file("i"));
  std::transform(bytes.begin(), bytes.end(), bytes.begin(), detect::to_lower);
  for (const char* value : {"ada@", "lovelace", "grace", "hopper", "franklin", "20 7946", "2079460",
                            "tm-0", "tm00", "00000001"})
    EXPECT_EQ(bytes.find(value), std::string::npos) << value;
  // What it does hold.
  EXPECT_NE(bytes.find("tm-########"), std::string::npos);
}

TEST(Index, OfOneKeySaysNothingToAnother) {
  const TestFolder folder;
  ASSERT_TRUE(build_from(kTable, folder.file("a"), customer_options(), test_key(1)).ok());
  ASSERT_TRUE(build_from(kTable, folder.file("b"), customer_options(), test_key(2)).ok());
  EXPECT_NE(read_file(folder.file("a")).substr(kHeaderBytes),
            read_file(folder.file("b")).substr(kHeaderBytes));
  const auto foreign = Index::load(folder.file("a"), test_key(2));
  ASSERT_FALSE(foreign.ok());
  EXPECT_NE(foreign.problems().front().what.find("built with another key"), std::string::npos);
}

TEST(DamagedIndex, EveryChangedByteIsNoticed) {
  const TestFolder folder;
  ASSERT_TRUE(build_from(kTable, folder.file("i"), customer_options()).ok());
  const std::string good = read_file(folder.file("i"));
  std::mt19937 random(1);
  const auto header = read_header(folder.file("i"));
  ASSERT_TRUE(header.ok());
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < 700; ++at) places.push_back(at);  // the header that is used
  for (int i = 0; i < 300; ++i)
    places.push_back(kHeaderBytes + random() % (good.size() - kHeaderBytes));
  const std::size_t used = [&] {  // behind it is room that nobody looks at
    std::size_t end = 0;
    for (std::size_t at = 0; at < kHeaderBytes; ++at)
      if (good[at] != '\0') end = at + 1;
    return end;
  }();
  for (const std::size_t at : places) {
    if (at >= used && at < kHeaderBytes) continue;
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
    write_file(folder.file("bad"), bad);
    EXPECT_FALSE(Index::load(folder.file("bad"), test_key()).ok()) << "byte " << at;
  }
}

TEST(DamagedIndex, EveryCutIsNoticed) {
  const TestFolder folder;
  ASSERT_TRUE(build_from(kTable, folder.file("i"), customer_options()).ok());
  const std::string good = read_file(folder.file("i"));
  for (std::size_t size = 0; size < good.size(); size += size < 600 ? 1 : 997) {
    write_file(folder.file("cut"), good.substr(0, size));
    EXPECT_FALSE(Index::load(folder.file("cut"), test_key()).ok()) << size;
    EXPECT_TRUE(verify(folder.file("cut"), nullptr)) << size;
  }
  EXPECT_FALSE(verify(folder.file("i"), nullptr));
  EXPECT_FALSE(verify(folder.file("i"), test_key()));
}

TEST(DamagedIndex, IsToldInASentence) {
  const TestFolder folder;
  ASSERT_TRUE(build_from(kTable, folder.file("i"), customer_options()).ok());
  std::string bytes = read_file(folder.file("i"));
  const auto refusal = [&](const std::string& content) {
    write_file(folder.file("x"), content);
    const auto index = Index::load(folder.file("x"), test_key());
    return index.ok() ? std::string() : index.problems().front().what;
  };
  EXPECT_NE(refusal("hello").find("no fingerprint index"), std::string::npos);
  std::string newer = bytes;
  newer[8] = 9;
  EXPECT_NE(refusal(newer).find("made by a newer outspan"), std::string::npos);
  std::string other_forms = bytes;
  other_forms[12] = 9;
  EXPECT_NE(refusal(other_forms).find("build it again"), std::string::npos);
  EXPECT_NE(
      Index::load(folder.file("none"), test_key()).problems().front().what.find("cannot be read"),
      std::string::npos);
}

TEST(Build, ReplacesAnIndexInOneStepOrNotAtAll) {
  const TestFolder folder;
  ASSERT_TRUE(build_from(kTable, folder.file("i"), customer_options()).ok());
  const std::string before = read_file(folder.file("i"));
  const std::string bad = kTable + "Eve,eve@example.com,TM-5,\"\xff\"\n";
  const auto refused = build_from(bad, folder.file("i"), customer_options());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problems().front().where, "customers.csv:6:27");
  EXPECT_EQ(read_file(folder.file("i")), before);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.file("")))
    files += entry.is_regular_file() ? 1u : 0u;
  EXPECT_EQ(files, 1u) << "nothing half made is left";
}

TEST(Build, RefusesAnExportThatShrank) {
  const TestFolder folder;
  BuildOptions options = customer_options();
  options.previous_rows = 10;
  const auto refused = build_from(kTable, folder.file("i"), options);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.problems().front().what.find("is the export whole?"), std::string::npos);
}

TEST(Build, SaysWhereTheColumnIsThatWasMeant) {
  const TestFolder folder;
  BuildOptions options = customer_options();
  options.columns = {{"emial", ColumnType::email}, {"fone", ColumnType::phone}};
  const auto refused = build_from(kTable, folder.file("i"), options);
  ASSERT_FALSE(refused.ok());
  ASSERT_EQ(refused.problems().size(), 2u);
  EXPECT_EQ(refused.problems()[0].where, "customers.csv:1:1");
  EXPECT_EQ(refused.problems()[0].what,
            "there is no column 'emial'; field 2 of the first line is spelled almost like it");
  EXPECT_EQ(refused.problems()[1].what,
            "there is no column 'fone'; field 4 of the first line is spelled almost like it");
}

TEST(Build, CountsWhatItCannotUseWithItsRows) {
  const TestFolder folder;
  const std::string table =
      "name,email,ticket,phone\n"
      "Ada,ada@example.com;ada2@example.com,TM-00000001,4.42079E+11\n"
      "Grace Hopper,grace at example,TM-00000002,+44 20 7946 0002\n"
      "Ann Other,ann@corp.nosuchtld,TM-00000003,020 7946 0003\n"
      "Bob Brown,bob@example.com,x,unknown\n"
      "short\n";
  const auto report = build_from(table, folder.file("i"), customer_options());
  ASSERT_TRUE(report.ok()) << report.problems().front().to_string();
  const auto rows = [&](std::size_t column, Reject reject) {
    return report->columns[column].rejects[reject].rows;
  };
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(rows(0, Reject::several_values), Numbers{1});
  EXPECT_EQ(rows(0, Reject::not_an_address), Numbers{2});
  EXPECT_EQ(rows(0, Reject::unknown_domain), Numbers{3});
  EXPECT_EQ(rows(0, Reject::missing), Numbers{5});
  EXPECT_EQ(rows(1, Reject::spreadsheet_number), Numbers{1});
  EXPECT_EQ(rows(1, Reject::no_country), Numbers{3});
  EXPECT_EQ(rows(1, Reject::not_a_phone), Numbers{4});
  EXPECT_EQ(rows(2, Reject::too_short), Numbers{4});
  EXPECT_EQ(rows(3, Reject::one_word), (Numbers{1, 5}));
  for (const auto& column : report->columns)
    EXPECT_EQ(column.usable + column.empty + column.rejects.total(), report->rows);
}

TEST(Build, APlaceholderIsNoEvidence) {
  const TestFolder folder;
  std::string table = "email\n";
  for (int i = 0; i < 1001; ++i) table += "none@example.com\n";
  table += "ada@example.com\n";
  BuildOptions options;
  options.columns = {{"email", ColumnType::email}};
  const auto report = build_from(table, folder.file("i"), options);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->columns[0].rejects[Reject::common_value].count, 1001u);
  const auto index = *Index::load(folder.file("i"), test_key());
  EXPECT_EQ(rows_with(*index, 0, "none@example.com"), Rows{});
  EXPECT_EQ(rows_with(*index, 0, "ada@example.com"), Rows{1001});
}

TEST(Build, DensityDecidesWhatAHitIsWorth) {
  const TestFolder folder;
  std::string table = "ticket,anywhere,one town,name,plan\n";
  for (int i = 0; i < 20'000; ++i) {
    const std::string other{static_cast<char>('a' + i / 676 % 26),
                            static_cast<char>('a' + i / 26 % 26), static_cast<char>('a' + i % 26)};
    table += "TM-" + std::to_string(10'000'000 + i) + ",+1" + std::to_string(202 + i % 7) +
             std::to_string(210 + i / 7 % 700) + std::to_string(1000 + i % 9000) + ",+1212" +
             std::to_string(2'000'000 + i) + (i % 2 == 0 ? ",Ada Lovelace" : ",Grace Ho" + other) +
             ",gold\n";
  }
  BuildOptions options;
  options.columns = {{"ticket", ColumnType::ticket},
                     {"anywhere", ColumnType::phone},
                     {"one town", ColumnType::phone},
                     {"name", ColumnType::name},
                     {"plan", ColumnType::text}};
  const auto report = build_from(table, folder.file("i"), options);
  ASSERT_TRUE(report.ok());
  EXPECT_NEAR(report->columns[0].column.density, 2e-4, 1e-6);
  EXPECT_TRUE(report->columns[0].column.weak);

  const auto index = *Index::load(folder.file("i"), test_key());
  const std::vector<Column>& columns = index->columns();
  EXPECT_NEAR(columns[0].own_density, 1, 0.01) << "each number of these two thousands is taken";
  EXPECT_NEAR(columns[2].density, columns[1].density, columns[1].density * 0.01);
  EXPECT_GT(columns[2].own_density, columns[1].own_density * 5)
      << "of 8 million, not of 56, and in two exchanges";
  EXPECT_TRUE(columns[2].weak);
  EXPECT_NEAR(columns[3].own_density, 0.25, 0.01) << "half of them have one name";
  EXPECT_NEAR(columns[4].own_density, 1, 1e-9);
}

}  // namespace
}  // namespace outspan::fingerprint
