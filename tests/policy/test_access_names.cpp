#include "policy/access_names.h"

#include "fake_masking.h"

namespace outspan::policy {
namespace {

struct ProgramCase {
  const char* name;
  const char* said;
  const char* program;
};
const ProgramCase kPrograms[] = {
    {"tool", "curl/7.88.1", "curl"},
    {"library", "python-requests/2.28.1", "python-requests"},
    {"own_client", "CrmClient/4.2.1 (Windows NT 10.0)", "CrmClient"},
    {"chrome",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
     "Safari/537.36",
     "Chrome"},
    {"edge_copies_chrome",
     "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
     "Safari/537.36 Edg/131.0.0.0",
     "Edg"},
    {"firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
     "Firefox"},
    {"unknown_browser", "Mozilla/4.0 (compatible)", "Mozilla"},
    {"database_tool", "DBeaver 23.1.0 - Main", "DBeaver"},
    {"no_version", "mysqldump", "mysqldump"},
    {"digit_in_a_name", "pgAdmin 4 - DB:crm", "pgAdmin"},
    {"nothing", "", ""},
};
class Program : public testing::TestWithParam<ProgramCase> {};
TEST_P(Program, IsNamedWithoutItsVersion) {
  EXPECT_EQ(without_version(GetParam().said), GetParam().program);
}
INSTANTIATE_TEST_SUITE_P(All, Program, testing::ValuesIn(kPrograms),
                         [](const auto& test) { return test.param.name; });

struct SourceCase {
  const char* name;
  const char* source;
  const char* hostname;
  const char* url;
  const char* is;
};
const SourceCase kSources[] = {
    {"application", "", "crm.example", "http://crm.example/customers/search?q=1",
     "crm.example/customers"},
    {"file_at_the_top", "", "crm.example", "http://crm.example/list?q=a/b", "crm.example"},
    {"no_path", "", "crm.example", "http://crm.example", "crm.example"},
    {"database", "crm", "db.example", "", "crm"},
    {"host_without_a_url", "", "mail.example", "", ""},
};
class Source : public testing::TestWithParam<SourceCase> {};
TEST_P(Source, IsWhatPeopleCallIt) {
  protocol::ObjectInfo info;
  info.source = GetParam().source;
  info.destination.hostname = GetParam().hostname;
  info.destination.url = GetParam().url;
  FakeMasking masking;
  EXPECT_EQ(source_name(info, masking).text(), GetParam().is);
}
INSTANTIATE_TEST_SUITE_P(All, Source, testing::ValuesIn(kSources),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::policy
