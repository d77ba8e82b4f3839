#include "detect/signature_set.h"

#include "detect/builtin.h"
#include "detect/hyperscan.h"
#include "tests/detect/support.h"

namespace outspan::detect {
namespace {

std::string problems_of(const std::string& yaml) {
  const auto specs = config::read_signatures("own.yaml", yaml);
  std::string text;
  const auto tell = [&text](const Problems& problems) {
    for (const Problem& problem : problems) text += problem.to_string() + "\n";
  };
  if (!specs) {
    tell(specs.problems());
    return text;
  }
  const auto set = SignatureSet::compile(specs.value(), {});
  if (!set) tell(set.problems());
  return text;
}

TEST(SignatureSet, TheMatchingLibraryPassesItsSelfTest) {
  EXPECT_FALSE(check_hyperscan().has_value());
}

struct Bad {
  const char* name;
  const char* yaml;
  const char* told;
};
void PrintTo(const Bad& test, std::ostream* out) { *out << test.name; }

class BadSignature : public ::testing::TestWithParam<Bad> {};
TEST_P(BadSignature, IsToldWithItsPlace) {
  EXPECT_THAT(problems_of(GetParam().yaml), ::testing::HasSubstr(GetParam().told));
}
const Bad kBad[] = {
    {"pattern_syntax", "id: a\ntitle: b\npattern: '(x'\n", "own.yaml:3:10: cannot compile '(x'"},
    {"pattern_hyperscan_cannot", "id: a\ntitle: b\npattern: '(x)\\1'\n",
     "own.yaml:3:10: cannot compile"},
    {"pattern_matches_nothing", "id: a\ntitle: b\npattern: 'x*'\n",
     "own.yaml:3:10: cannot compile 'x*'"},
    {"unknown_detector", "id: a\ntitle: b\ndetector: emial\n", "unknown detector 'emial'"},
    {"unknown_key", "id: a\ntitle: b\ndetector: email\nconfidnce: {base: 1}\n", "confidence"},
    {"two_ways", "id: a\ntitle: b\ndetector: email\npattern: x\n", "exactly one of"},
    {"no_way", "id: a\ntitle: b\n", "exactly one of"},
    {"template_without_anything_fixed", "id: a\ntitle: b\ntemplate: '####'\n", "fixed part"},
    {"template_without_anything_variable", "id: a\ntitle: b\ntemplate: 'ABCD'\n", "variable part"},
    {"same_id", "- {id: a, title: b, template: 'A-##'}\n- {id: a, title: b, template: 'B-##'}\n",
     "another signature 'a'"},
    {"detector_twice",
     "- {id: a, title: b, detector: email}\n- {id: c, title: b, detector: email}\n",
     "used by another signature"},
    {"unknown_validator", "id: a\ntitle: b\npattern: 'xyz[0-9]'\nvalidator: crc\n",
     "unknown validator 'crc'"},
    {"bad_country", "id: a\ntitle: b\ndetector: email\ncountries: [Germany]\n", "ISO 3166"},
    {"confidence_range", "id: a\ntitle: b\ndetector: email\nconfidence: {base: 101}\n",
     "from 0 to 100"},
    {"context_below_base",
     "id: a\ntitle: b\ndetector: email\nconfidence: {base: 50, with_context: 40}\n", "below base"},
    {"required_without_words", "id: a\ntitle: b\ndetector: email\ncontext: {required: true}\n",
     "no words are given"},
    {"example_without_reason",
     "id: a\ntitle: b\ndetector: email\nexamples: {no_match: [{text: x}]}\n", "why"},
    {"not_a_signature", "just text\n", "must be a signature"},
    {"id_form", "id: My Id\ntitle: b\ndetector: email\n", "lower-case"},
};
INSTANTIATE_TEST_SUITE_P(Files, BadSignature, ::testing::ValuesIn(kBad),
                         [](const auto& test) { return test.param.name; });

TEST(SignatureSet, AllProblemsAreToldAtOnce) {
  const std::string told = problems_of(
      "- {id: a, title: b, pattern: '('}\n- {id: c, title: b, pattern: ')'}\n"
      "- {id: d, title: b, detector: nothing}\n");
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 3) << told;
}

TEST(SignatureSet, NoSignaturesIsAProblem) { EXPECT_FALSE(SignatureSet::compile({}, {}).ok()); }

TEST(SignatureSet, LaterSourcesReplaceEarlierOnes) {
  const auto twice = load_signature_sources({"builtin", OUTSPAN_SOURCE_DIR "/signatures"});
  ASSERT_TRUE(twice.ok());
  const auto once = load_signature_sources({"builtin"});
  EXPECT_EQ(twice.value().size(), once.value().size());
  EXPECT_THAT(twice.value().front().where, ::testing::HasSubstr("signatures/"));
}

TEST(SignatureSet, FilesThatCannotBeReadAreAllTold) {
  const auto read =
      load_signature_sources({"/nonexistent/a.yaml", "builtin", "/nonexistent/b.yaml"});
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.problems().size(), 2u);
}

}  // namespace
}  // namespace outspan::detect
