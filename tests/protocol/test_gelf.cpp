#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/gelf/gelf.h"
#include "tests/protocol/fake_host.h"

namespace outspan::protocol::gelf {
namespace {

using namespace std::string_literals;
using fake::kClient;

std::string chunk(char message, int number, int count, const std::string& text) {
  return "\x1e\x0f"s + std::string(7, 'i') + message + static_cast<char>(number) +
         static_cast<char>(count) + text;
}

struct Case {
  const char* name;
  std::vector<std::string> datagrams;
  std::vector<std::string> objects;  ///< their text, in order
};
class Chunks : public testing::TestWithParam<Case> {};
TEST_P(Chunks, GiveMessages) {
  fake::Host host({true, true});
  host.info.ip_protocol = ip_protocol::kUdp;
  const auto parser = make(host);
  for (const std::string& datagram : GetParam().datagrams) {
    EXPECT_TRUE(recognise(host.context, kClient, as_bytes(datagram)));
    host.account.deliver(kClient, datagram.size());
    EXPECT_TRUE(parser->on_datagram(kClient, as_bytes(datagram)));
  }
  parser->on_close(flow::CloseReason::fin);
  std::vector<std::string> found;
  for (const auto& object : host.sink.objects) {
    EXPECT_EQ(object->info.name, "gelf message");
    EXPECT_TRUE(object->ended);
    found.push_back(object->text);
  }
  EXPECT_EQ(found, GetParam().objects);
  EXPECT_EQ(host.account.app().name(), "gelf");
}
const Case kCases[] = {
    {"in_order",
     {chunk('a', 0, 3, "one "), chunk('a', 1, 3, "two "), chunk('a', 2, 3, "three")},
     {"[raw]one two three[/]"}},
    {"in_another_order", {chunk('a', 1, 2, "two"), chunk('a', 0, 2, "one ")}, {"[raw]one two[/]"}},
    {"of_two_messages",
     {chunk('a', 0, 2, "a1"), chunk('b', 0, 2, "b1"), chunk('a', 1, 2, "a2"),
      chunk('b', 1, 2, "b2")},
     {"[raw]a1a2[/]", "[raw]b1b2[/]"}},
    {"twice",
     {chunk('a', 0, 2, "one "), chunk('a', 0, 2, "one "), chunk('a', 1, 2, "two")},
     {"[raw]one two[/]"}},
    {"in_two_versions",
     {chunk('a', 0, 2, "one "), chunk('a', 0, 2, "uno "), chunk('a', 1, 2, "two")},
     {"[raw]uno [/]", "[raw]one two[/]"}},
    {"one_is_missing",
     {chunk('a', 0, 3, "one "), chunk('a', 2, 3, "three")},
     {"[raw]one <gap 1>three[/]<cut short>"}},
    {"another_count",
     {chunk('a', 0, 3, "one "), chunk('a', 0, 1, "other")},
     {"[raw]one <gap 1><gap 1>[/]<cut short>", "[raw]other[/]"}},
};
INSTANTIATE_TEST_SUITE_P(Gelf, Chunks, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Gelf, WhatIsNoChunkIsLeftToOthers) {
  fake::Host host({true, true});
  host.info.ip_protocol = ip_protocol::kUdp;
  const auto parser = make(host);
  for (const std::string& datagram :
       {"{\"short_message\":\"hello\"}"s, "\x1e\x0f"s, chunk('a', 2, 2, "x"), chunk('a', 0, 0, "x"),
        chunk('a', 0, -1, "x")}) {
    EXPECT_FALSE(recognise(host.context, kClient, as_bytes(datagram))) << datagram;
    EXPECT_FALSE(parser->on_datagram(kClient, as_bytes(datagram))) << datagram;
  }
  EXPECT_TRUE(host.sink.objects.empty());
}

/// Many messages that never end are given as far as they are there.
TEST(Gelf, HoldsLittle) {
  fake::Host host({true, true});
  host.info.ip_protocol = ip_protocol::kUdp;
  const auto parser = make(host);
  const std::string text(60'000, 'x');
  std::uint64_t most = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string bytes = chunk(static_cast<char>(i), i % 100, 128, text);
    host.account.deliver(kClient, bytes.size());
    parser->on_datagram(kClient, as_bytes(bytes));
    most = std::max(most, parser->held_bytes());
  }
  EXPECT_LT(most, 3U << 20);
  parser->on_close(flow::CloseReason::fin);
  std::size_t given = 0;
  for (const auto& object : host.sink.objects)
    given += static_cast<std::size_t>(std::count(object->text.begin(), object->text.end(), 'x'));
  EXPECT_GE(given, 100 * text.size());
}

}  // namespace
}  // namespace outspan::protocol::gelf
