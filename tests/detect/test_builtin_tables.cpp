#include "detect/builtin_tables.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "detect/builtin.h"
#include "detect/signature_set.h"
#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

using testing::must;

std::vector<config::SignatureSpec> read_yaml() {
  std::vector<config::SignatureSpec> specs;
  for (const SignatureFile& file : builtin_signature_files())
    for (config::SignatureSpec& spec : must(config::read_signatures(file.name, file.text)))
      specs.push_back(std::move(spec));
  return specs;
}

bool built(const std::vector<HsExpression>& expressions) {
  const auto databases = builtin_tables().databases;
  return std::any_of(databases.begin(), databases.end(), [&](const SerializedDatabase& database) {
    return database.expressions_hash == expressions_hash(expressions);
  });
}

TEST(BuiltinTables, SignaturesAreThoseOfTheFiles) {
  EXPECT_TRUE(builtin_tables().signatures() == read_yaml());
}

/// Or each start compiles them again, and nobody sees why it is slow.
TEST(BuiltinTables, TheSetsOfADefaultRunAreBuilt) {
  const auto set = must(SignatureSet::compile(read_yaml(), {}));
  EXPECT_TRUE(built(set->trigger_expressions()));
  EXPECT_TRUE(built(set->words().expressions()));
  EXPECT_TRUE(built(self_test_expressions()));
  EXPECT_FALSE(built({HsExpression{"another", 0, ""}}));
  EXPECT_FALSE(built({set->words().expressions().front()}));
}

int count(unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
  ++*static_cast<int*>(context);
  return 0;
}

int matches_of_self_test(std::string_view text) {
  const HsDatabase database = must(compile_database(self_test_expressions()));
  hs_scratch_t* scratch = nullptr;
  EXPECT_EQ(hs_alloc_scratch(database.get(), &scratch), HS_SUCCESS);
  const HsScratch owner(scratch);
  int found = 0;
  hs_scan(database.get(), text.data(), static_cast<unsigned>(text.size()), 0, scratch, count,
          &found);
  return found;
}

TEST(BuiltinTables, ADatabaseThatTheLibraryRefusesIsCompiled) {
  static const std::string kBad(100, 'x');
  static const SerializedDatabase kDatabases[] = {
      {expressions_hash(self_test_expressions()), as_bytes(kBad)}};
  static const BuiltinTables kTables{read_yaml, kDatabases};
  for (const BuiltinTables* tables : {&kTables, &builtin_tables()}) {
    use_builtin_tables(tables);
    EXPECT_EQ(matches_of_self_test("anna@mail.example"), 1);
    use_builtin_tables(nullptr);
  }
}

}  // namespace
}  // namespace outspan::detect
