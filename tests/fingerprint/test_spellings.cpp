/// Whatever spelling of a value the builder takes, the sensor finds: both fold and read with the
/// same code. A spelling that the builder refuses is no promise.
#include <gtest/gtest.h>

#include "fingerprint/build/cell_reader.h"
#include "tests/fingerprint/finder_bench.h"

namespace outspan::fingerprint {
namespace {

struct Type {
  const char* name;
  ColumnType type;
  const char* value;
  const char* context;  ///< bare digits need a word, names a value
  std::vector<const char*> spellings;
};

const Type kTypes[] = {
    {"phone",
     ColumnType::phone,
     "+44 20 7946 0123",
     "phone",
     {"+442079460123",
      "+44 (0)20 7946 0123",
      "+44(0)2079460123",
      "(+44) 20 7946 0123",
      "0044 20 7946 0123",
      "00442079460123",
      "011 44 20 7946 0123",
      "442079460123",
      "44 20 7946 0123",
      "020 7946 0123",
      "02079460123",
      "(020) 7946 0123",
      "(020)79460123",
      "020-7946-0123",
      "020.7946.0123",
      "020/7946-0123",
      "+44.20.7946.0123",
      "+44-20-7946-0123",
      "+44/20/7946/0123",
      "tel:+442079460123",
      "tel:+44-20-7946-0123",
      "+44 20 7946 0123 ext. 5",
      "+44 20 7946 0123 x5",
      "+442079460123;ext=31",
      "＋４４ ２０ ７９４６ ０１２３",
      "+٤٤ ٢٠ ٧٩٤٦ ٠١٢٣",
      "+४४ २० ७९४६ ०१२३",
      "+44\u00a020\u00a07946\u00a00123",
      "+44\u202f20\u202f7946\u202f0123",
      "+44\u200720\u20077946\u20070123",
      "+44\u200920\u20097946\u20090123",
      "+44\u201020\u20107946\u20100123",
      "+44\u201120\u20117946\u20110123",
      "020\u20137946\u20130123",
      "020\u20147946\u20140123",
      "020\u22127946\u22120123",
      "\u202a+44 20 7946 0123\u202c",
      "\u200e+44 20 7946 0123",
      "\u2066+442079460123\u2069",
      "+44\u200b20\u200b7946\u200b0123",
      "+44\u00ad2079460123",
      "+44  20  7946  0123",
      "+44 20 79 46 01 23",
      "+4420 7946 0123",
      "Tel. +44 20 7946 0123",
      "phone: 020 7946 0123",
      "442079460123.0",
      "442079460123.00",
      "442079460123.000000",
      "442079460123,0",
      "442079460123,00",
      "02079460123.0",
      "4.42079460123E11",
      "4.42079460123E+11",
      "4.42079460123e+11",
      "4.420794601230E+11",
      "4.42079460123000e11",
      "4,42079460123E11",
      "4,42079460123E+11",
      "4,420794601230E+11"}},
    {"email",
     ColumnType::email,
     "zoë.grün@bücher.example.org",
     "",
     {"ZOË.GRÜN@BÜCHER.EXAMPLE.ORG", "zoe\u0308.gru\u0308n@bu\u0308cher.example.org",
      "zoë.grün@xn--bcher-kva.example.org", "mailto:zoë.grün@bücher.example.org",
      "<zoë.grün@bücher.example.org>", "Zoë Grün <zoë.grün@bücher.example.org>",
      "zoë.grün＠bücher.example.org", "zoë.grün﹫bücher.example.org",
      "zoë.grün@bücher．example．org", "zoë.grün@bücher.example.org.",
      "zoë.\u00adgrün@bücher.example.org", "zoë.grün\u200b@bücher.example.org",
      "\u202azoë.grün@bücher.example.org\u202c", "\ufeffzoë.grün@bücher.example.org",
      "zoë.grün\u2060@bücher.example.org", "zoë.grün@bücher.ｅｘａｍｐｌｅ.org"}},
    {"email_ascii",
     ColumnType::email,
     "grace.hopper@mail.example.org",
     "",
     {"Grace.Hopper@Mail.Example.Org", "ｇｒａｃｅ.hopper@mail.example.org",
      "grace.hopper@mail.example.org\u200e", "grace.h\u200copper@mail.example.org",
      "grace\u2024hopper@mail.example.org", "grace.hopper@mail\uff0eexample.org",
      "grace.hopper@mail\u3002example\u3002org", "'grace.hopper@mail.example.org'",
      "\"grace.hopper@mail.example.org\"", "grace.hopper@mail.example.org,",
      "grace.hopper@mail.example.org;"}},
    {"ticket",
     ColumnType::ticket,
     "TM-20417731",
     "ticket",
     {"tm-20417731", "TM 20417731", "TM20417731", "TM_20417731", "TM/20417731", "TM.20417731",
      "TM:20417731", "TM#20417731", "TM - 20417731", "TM\u201120417731", "TM\u201320417731",
      "TM\u00a020417731", "ＴＭ－２０４１７７３１", "TM-\u200b20417731", "\u200eTM-20417731",
      "TM-２０４１７７３１", "TM-20417731\u202c", "TM\u00ad-20417731"}},
    {"name",
     ColumnType::name,
     "José María Núñez",
     "x@example.org",
     {"JOSÉ MARÍA NÚÑEZ", "Jose Maria Nunez", "Jose\u0301 Mari\u0301a Nu\u0301n\u0303ez",
      "Núñez, José María", "José Núñez", "Sr. José María Núñez", "José\u00a0María\u00a0Núñez",
      "José  María  Núñez", "Ｊｏｓé María Ｎúñez", "José M. Núñez", "Jo\u00adsé María Nú\u00adñez",
      "\u202aJosé María Núñez\u202c", "José\u200b María Núñez", "José-María Núñez",
      "José\u2011María Núñez", "José María Núñez Jr"}},
};

/// What stands before and after a value.
const std::pair<const char*, const char*> kBeside[] = {
    {" ", " "},        {"\t", "\t"}, {"\n", "\n"}, {";", ";"}, {"|", "|"},
    {"\"", "\""},      {"'", "'"},   {"(", ")"},   {"[", "]"}, {"{", "}"},
    {"<td>", "</td>"}, {": ", ", "}, {"=", "&"},
};

class Spellings : public testing::TestWithParam<Type> {
 protected:
  static BuildOptions options(ColumnType type) {
    BuildOptions made;
    made.columns = {{"value", type}};
    if (type == ColumnType::name) made.columns.push_back({"email", ColumnType::email});
    made.countries = {"GB", "US"};
    return made;
  }
};

/// The hash of the first value, or of a name its tag; nothing: the builder refuses it.
std::vector<std::uint64_t> taken(ColumnType type, const std::string& spelling) {
  const std::vector<TicketFormat> formats{*TicketFormat::parse("", "TM-########")};
  CellReader reader(test_key(), {{"GB", "US"}, formats});
  ColumnFindings findings;
  PhonePlan phones;
  Cell cell;
  if (!reader.read(type, spelling, 1, findings, phones, cell)) return {};
  if (type == ColumnType::name) return {cell.name.tag.first, cell.name.tag.last};
  return {cell.hashes[0].high, cell.hashes[0].low};
}

TEST_P(Spellings, ThatTheBuilderTakesAreFound) {
  const Type& type = GetParam();
  const bool is_name = type.type == ColumnType::name;
  const std::string line = is_name ? "value,email\n" + std::string(type.value) + ",x@example.org\n"
                                   : "value\n" + std::string(type.value) + "\n";
  FinderBench bench({index_of(line, options(type.type))});
  const auto canonical = taken(type.type, type.value);
  ASSERT_FALSE(canonical.empty());
  std::size_t refused = 0;
  for (const char* spelling : type.spellings) {
    if (taken(type.type, spelling) != canonical) {
      ++refused;
      continue;
    }
    for (const auto& [before, after] : kBeside) {
      const std::string text = std::string(type.context) + " " + before + spelling + after + " end";
      auto found = bench.find(text);
      found.insert(bench.weak.begin(), bench.weak.end());
      const ColumnMask wanted = is_name ? 3 : 1;
      EXPECT_TRUE(found.size() == 1 && found.begin()->second == wanted)
          << before << spelling << after;
    }
  }
  EXPECT_LE(refused * 8, type.spellings.size()) << "the builder refuses " << refused;
}
INSTANTIATE_TEST_SUITE_P(Types, Spellings, testing::ValuesIn(kTypes),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::fingerprint
