#include "alert/net/relp_frame.h"

#include <gtest/gtest.h>

namespace outspan::alert {
namespace {

struct FrameCase {
  const char* name;
  std::string received;
  const char* taken;  // "transaction command data"; nullptr: none
  bool broken;
  std::string left;
};
const FrameCase kFrameCases[] = {
    {"acknowledgement", "7 rsp 6 200 OK\n", "7 rsp 200 OK", false, ""},
    {"no_data", "0 serverclose 0\n", "0 serverclose ", false, ""},
    {"data_with_line_feeds", "1 rsp 8 200 OK\na\n2 rsp", "1 rsp 200 OK\na", false, "2 rsp"},
    {"two", "1 rsp 6 200 OK\n2 rsp 6 200 OK\n", "1 rsp 200 OK", false, "2 rsp 6 200 OK\n"},
    {"ended_twice", "\n1 rsp 6 200 OK\n", "1 rsp 200 OK", false, ""},
    {"nothing", "", nullptr, false, ""},
    {"head_not_whole", "12 rs", nullptr, false, "12 rs"},
    {"data_not_whole", "1 rsp 6 200", nullptr, false, "1 rsp 6 200"},
    {"end_not_there", "1 rsp 6 200 OK", nullptr, false, "1 rsp 6 200 OK"},
    {"no_number", "a rsp 0\n", nullptr, true, "a rsp 0\n"},
    {"size_is_no_number", "1 rsp x \n", nullptr, true, "1 rsp x \n"},
    {"size_too_large", "1 rsp 999999999 x", nullptr, true, "1 rsp 999999999 x"},
    {"size_overflows", "1 rsp 99999999999 x", nullptr, true, "1 rsp 99999999999 x"},
    {"another_end", "1 rsp 2 abc\n", nullptr, true, "1 rsp 2 abc\n"},
    {"endless_head", std::string(100, 'x'), nullptr, true, std::string(100, 'x')},
};
class TakesFrame : public testing::TestWithParam<FrameCase> {};
TEST_P(TakesFrame, AsItStands) {
  std::string received = GetParam().received;
  bool broken = false;
  const auto frame = take_relp_frame(received, broken);
  ASSERT_EQ(frame.has_value(), GetParam().taken != nullptr);
  if (frame) {
    EXPECT_EQ(std::to_string(frame->transaction) + " " + frame->command + " " + frame->data,
              GetParam().taken);
  }
  EXPECT_EQ(broken, GetParam().broken);
  EXPECT_EQ(received, GetParam().left);
}
INSTANTIATE_TEST_SUITE_P(Relp, TakesFrame, testing::ValuesIn(kFrameCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(RelpFrame, IsReadAsItIsWritten) {
  for (const char* data : {"", "x", "two\nlines", " blank"}) {
    std::string text = to_text({999'999'999, "syslog", data});
    bool broken = false;
    const auto frame = take_relp_frame(text, broken);
    ASSERT_TRUE(frame) << data;
    EXPECT_EQ(frame->data, data);
    EXPECT_TRUE(text.empty());
  }
}

}  // namespace
}  // namespace outspan::alert
