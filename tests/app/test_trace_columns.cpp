#include "app/trace_columns.h"

#include <gtest/gtest.h>

namespace outspan::app {
namespace {

using Columns = std::vector<std::string>;

struct HeaderCase {
  const char* name;
  const char* header;
  Columns columns;
};

class GuessColumns : public testing::TestWithParam<HeaderCase> {};

TEST_P(GuessColumns, ByTheWordsOfTheFirstLine) {
  EXPECT_EQ(guess_columns(GetParam().header), GetParam().columns);
}

const HeaderCase kHeaders[] = {
    {"plain", "id,name,email,ticket,phone\n1,a,b,c,d\n",
     Columns{"name:name", "email:email", "ticket:ticket", "phone:phone"}},
    {"capitals_and_blanks", "Full Name;E-Mail Address;Mobile Number\r\n",
     Columns{"Full Name:name", "E-Mail Address:email", "Mobile Number:phone"}},
    {"tabs", "Kundenname\tTelefon\n", Columns{"Kundenname:name", "Telefon:phone"}},
    {"quoted_separator", "\"Name, first and last\",\"Mail\"\n",
     Columns{"Name, first and last:name", "Mail:email"}},
    {"byte_order_mark",
     "\xef\xbb\xbf"
     "email,city\n",
     Columns{"email:email"}},
    {"ticket_before_name", "ticket name\n", Columns{"ticket name:ticket"}},
    {"not_every_name_is_a_persons", "username,company_name,file name\n", Columns{}},
    {"parts_within_words", "Middle Name,Resident name,Cancelled at,Cell,customerid,Customer ID\n",
     Columns{"Middle Name:name", "Resident name:name", "Cell:phone"}},
    {"data_instead_of_a_header", "17,4711\n", Columns{}},
    {"nothing", "", Columns{}},
};
INSTANTIATE_TEST_SUITE_P(Headers, GuessColumns, testing::ValuesIn(kHeaders),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::app
