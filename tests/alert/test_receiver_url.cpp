#include "alert/net/receiver_url.h"

#include <gmock/gmock.h>

namespace outspan::alert {
namespace {

struct UrlCase {
  const char* name;
  const char* url;
  Transport transport;
  const char* host;
  int port;
  const char* problem;  // nullptr: none
};
constexpr auto kUdp = Transport::udp;
constexpr auto kTcp = Transport::tcp;
constexpr auto kUnix = Transport::unix_socket;
const UrlCase kUrlCases[] = {
    {"udp", "udp://siem.example:5514", kUdp, "siem.example", 5514, nullptr},
    {"udp_default_port", "udp://192.0.2.1", kUdp, "192.0.2.1", 514, nullptr},
    {"tcp_default_port", "tcp://siem.example/", kTcp, "siem.example", 601, nullptr},
    {"ipv6", "tcp://[2001:db8::1]:601", kTcp, "2001:db8::1", 601, nullptr},
    {"ipv6_default_port", "udp://[2001:db8::1]", kUdp, "2001:db8::1", 514, nullptr},
    {"unix", "unix:///dev/log", kUnix, "/dev/log", 0, nullptr},
    {"bare_ipv6", "udp://2001:db8::1", kUdp, "", 0, "in brackets"},
    {"no_bracket", "udp://[2001:db8::1", kUdp, "", 0, "closing bracket"},
    {"text_behind_bracket", "udp://[::1]514", kUdp, "", 0, "only a port"},
    {"no_host", "udp://:514", kUdp, "", 0, "no host"},
    {"port_zero", "udp://a:0", kUdp, "", 0, "1 to 65535"},
    {"port_too_large", "udp://a:65536", kUdp, "", 0, "1 to 65535"},
    {"port_no_number", "udp://a:b", kUdp, "", 0, "1 to 65535"},
    {"port_empty", "udp://a:", kUdp, "", 0, "1 to 65535"},
    {"relative_path", "unix://dev/log", kUnix, "", 0, "absolute"},
    {"tls_default_port", "tls://siem.example", Transport::tls, "siem.example", 6514, nullptr},
    {"relp_default_port", "relp://siem.example", Transport::relp, "siem.example", 2514, nullptr},
    {"relp_over_tls", "relps://a:1", Transport::relp_tls, "a", 1, nullptr},
    {"no_scheme", "siem.example:514", kUdp, "", 0, "must be udp://"},
    {"other_scheme", "http://siem.example", kUdp, "", 0, "must be udp://"},
    {"empty", "", kUdp, "", 0, "must be udp://"},
};
class Url : public testing::TestWithParam<UrlCase> {};
TEST_P(Url, Parses) {
  auto parsed = parse_receiver_url(GetParam().url);
  if (GetParam().problem) {
    ASSERT_FALSE(parsed.ok());
    EXPECT_THAT(parsed.problems()[0].what, testing::HasSubstr(GetParam().problem));
    return;
  }
  ASSERT_TRUE(parsed.ok()) << parsed.problems()[0].to_string();
  EXPECT_EQ(parsed->transport, GetParam().transport);
  EXPECT_EQ(parsed->host, GetParam().host);
  EXPECT_EQ(parsed->port, GetParam().port);
}
INSTANTIATE_TEST_SUITE_P(Receiver, Url, testing::ValuesIn(kUrlCases),
                         [](const auto& test) { return test.param.name; });

TEST(ReceiverUrl, PathOfAUnixSocketHasALimit) {
  EXPECT_FALSE(parse_receiver_url("unix:///" + std::string(200, 'x')).ok());
}

}  // namespace
}  // namespace outspan::alert
