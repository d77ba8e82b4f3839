#include <gtest/gtest.h>

#include "protocol/proxy/proxy_header.h"
#include "protocol/proxy/socks.h"
#include "tests/protocol/fake_host.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using namespace std::string_literals;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;
const std::string kPost = "POST /up HTTP/1.1\r\n\r\n";
const std::string kGet5 = "\5\1\0\1\xcb\0\x71\x50\0\x50"s;  // CONNECT 203.0.113.80:80
const std::string kGranted5 = "\5\0\0\1\0\0\0\0\0\0"s;
const std::string kNamed5 =
    "\5\1\0\3\x0b"
    "crm.example\1\xbb"s;

struct Case {
  const char* name;
  Claim (*recognise)(const Opening&) noexcept;
  std::unique_ptr<StreamParser> (*make)(StreamHost&) noexcept;
  Talk talk;
  std::string left_by;              ///< "restart", "fall_back"
  std::array<std::string, 2> rest;  ///< of what falls back
  std::string user, address, hostname;
};

Case header(const char* name, const std::string& bytes, const std::string& address) {
  return {name,
          proxy::recognise_header,
          proxy::make_header,
          {{kClient, bytes + kPost}},
          "restart",
          {},
          "",
          address,
          ""};
}

Case socks(const char* name, const Talk& talk, const std::string& user,
           const std::string& hostname) {
  return {name, proxy::recognise_socks, proxy::make_socks, talk, "restart", {}, user, "", hostname};
}

Case other(const char* name, decltype(Case::recognise) recognise, decltype(Case::make) make,
           const std::string& client, const std::string& server = "") {
  Talk talk{{kClient, client}};
  if (!server.empty()) talk.push_back({kServer, server});
  return {name, recognise, make, talk, "fall_back", {client, server}, "", "", ""};
}

const Case kCases[] = {
    header("line_v4", "PROXY TCP4 192.0.2.7 203.0.113.9 40000 443\r\n", "192.0.2.7"),
    header("line_v6", "PROXY TCP6 2001:db8::7 2001:db8::9 40000 443\r\n", "2001:db8::7"),
    header("line_unknown", "PROXY UNKNOWN\r\n", ""),
    header("line_unknown_with_addresses", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", ""),
    header("binary_v4", kSignature + "\x21\x11\0\x0c\xc0\0\2\7\xcb\0\x71\x09\x9c\x40\1\xbb"s,
           "192.0.2.7"),
    header("binary_v6",
           kSignature + "\x21\x21\0\x24"s + "\x20\1\x0d\xb8"s + std::string(11, '\0') + "\7" +
               std::string(16, '\1') + "\1\2\3\4",
           "2001:db8::7"),
    header("binary_local", kSignature + "\x20\0\0\0"s, ""),
    header("binary_with_extensions",
           kSignature + "\x21\x11\0\x17\xc0\0\2\7\xcb\0\x71\x09\x9c\x40\1\xbb\2\0\x08shop.exa"s,
           "192.0.2.7"),
    socks("five",
          {{kClient, "\5\1\0"s},
           {kServer, "\5\0"s},
           {kClient, kGet5},
           {kServer, kGranted5},
           {kClient, kPost}},
          "", "203.0.113.80"),
    socks("five_named",
          {{kClient, "\5\2\0\2"s}, {kServer, "\5\0"s}, {kClient, kNamed5}, {kServer, kGranted5}},
          "", "crm.example"),
    socks("five_log_in",
          {{kClient, "\5\1\2"s},
           {kServer, "\5\2"s},
           {kClient, "\1\5jdoe1\6geheim"s},
           {kServer, "\1\0"s},
           {kClient, kNamed5},
           {kServer, kGranted5}},
          "jdoe1", "crm.example"),
    socks("five_without_the_server", {{kClient, "\5\1\0"s + kGet5 + kPost}}, "", "203.0.113.80"),
    socks("five_log_in_without_the_server",
          {{kClient, "\5\1\2"s + "\1\5jdoe1\6geheim" + kGet5 + kPost}}, "jdoe1", "203.0.113.80"),
    socks("four", {{kClient, "\4\1\0\x50\xcb\0\x71\x50jdoe\0"s}, {kServer, "\0\x5a\0\0\0\0\0\0"s}},
          "jdoe", "203.0.113.80"),
    socks("four_a",
          {{kClient, "\4\1\0\x50\0\0\0\1jdoe\0crm.example\0"s}, {kServer, "\0\x5a\0\0\0\0\0\0"s}},
          "jdoe", "crm.example"),
    other("line_that_is_none", proxy::recognise_header, proxy::make_header,
          "PROXY TCP4 is what they call it, said anna@example.com\r\n"),
    other("line_without_end", proxy::recognise_header, proxy::make_header,
          "PROXY TCP4 192.0.2.7 203.0.113.9 " + std::string(100, '1')),
    other("binary_of_another_version", proxy::recognise_header, proxy::make_header,
          kSignature + "\x31\x11\0\0"s),
    other("socks_refused", proxy::recognise_socks, proxy::make_socks, "\5\1\0"s + kGet5,
          "\5\0\5\5\0\1\0\0\0\0\0\0"s),
    other("socks_name_that_is_none", proxy::recognise_socks, proxy::make_socks,
          "\5\1\0\5\1\0\3\6a b\nc \0\x50"s, "\5\0"s + kGranted5),
};

class Proxy : public testing::TestWithParam<Case> {};

TEST_P(Proxy, IsTakenOffHoweverCut) {
  const Case& test = GetParam();
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{7}}) {
    const auto host = fake::play(test.make, test.talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, test.left_by);
    if (test.left_by != "restart") {
      EXPECT_EQ(host->rest, test.rest);
      EXPECT_TRUE(host->sink.objects.empty());
      continue;
    }
    EXPECT_EQ(host->carried.actor.user, test.user);
    EXPECT_EQ(host->carried.actor.address, test.address);
    EXPECT_EQ(host->carried.destination.hostname, test.hostname);
    // What was not left to the next parser was searched, but for the password.
    std::size_t said = 0, left = host->rest[0].size() + host->rest[1].size();
    for (const auto& object : host->sink.objects) {
      EXPECT_EQ(object->text.find("geheim"), std::string::npos);
      said += object->text.size() - std::string("[commands][/]").size();
    }
    std::size_t all = 0;
    for (const auto& step : test.talk) all += step.text.size();
    const bool password = std::string_view(test.name).find("log_in") != std::string_view::npos;
    EXPECT_EQ(said + left + (password ? 6 : 0), all);
  }
}

TEST_P(Proxy, IsRecognisedAsSoonAsItIsSure) {
  const Case& test = GetParam();
  if (test.left_by != "restart") return;
  fake::Host host;
  std::array<std::string, 2> seen;
  Claim claim = Claim::need_more;
  for (const fake::Step& step : test.talk) {
    for (const char c : step.text) {
      EXPECT_NE(claim, Claim::not_mine);
      if (claim != Claim::need_more) break;
      seen[index(step.side)] += c;
      claim = test.recognise({host.context, {as_bytes(seen[0]), as_bytes(seen[1])}});
    }
  }
  EXPECT_EQ(claim, Claim::mine);
}

INSTANTIATE_TEST_SUITE_P(Cases, Proxy, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Proxy, AHoleGivesAllBack) {
  fake::Host host;
  host.parser = proxy::make_socks(host);
  host.data(kClient, "\5\1\0"s);
  host.gap(kServer, 2);
  EXPECT_EQ(host.left_by, "fall_back");
  EXPECT_EQ(host.rest[0], "\5\1\0"s);
}

}  // namespace
}  // namespace outspan::protocol
