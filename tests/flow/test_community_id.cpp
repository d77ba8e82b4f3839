#include "flow/community_id.h"

namespace outspan::flow {
namespace {

struct IdCase {
  const char* name;
  std::uint8_t protocol;
  const char* source;
  std::uint16_t source_port;
  const char* destination;
  std::uint16_t destination_port;
  const char* id;
};

// The published baseline of the specification (corelight/community-id-spec, baseline_deflt.json).
const IdCase kCases[] = {
    {"tcp", 6, "128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
    {"tcp_back", 6, "66.35.250.204", 80, "128.232.110.120", 34855,
     "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
    {"udp", 17, "192.168.1.52", 54585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
    {"udp_back", 17, "8.8.8.8", 53, "192.168.1.52", 54585, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
    {"sctp_equal_ports", 132, "192.168.170.56", 7, "192.168.170.8", 7,
     "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="},
    {"tcp_over_ipv6", 6, "2001:470:e5bf:dead:4957:2174:e82c:4887", 63943, "2607:f8b0:400c:c03::1a",
     25, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
    {"icmp_echo", 1, "192.168.0.89", 8, "192.168.0.1", 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
    {"icmp_echo_reply", 1, "192.168.0.1", 0, "192.168.0.89", 8, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
    {"icmp_one_way", 1, "10.0.0.1", 11, "10.0.0.2", 0, "1:YHxtAirCG//0OzkcVAukqKQN9xM="},
    {"icmp6_neighbor", 58, "fe80::200:86ff:fe05:80da", 135, "fe80::260:97ff:fe07:69ea", 136,
     "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
    {"icmp6_neighbor_back", 58, "fe80::260:97ff:fe07:69ea", 136, "fe80::200:86ff:fe05:80da", 135,
     "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
    {"icmp6_one_way", 58, "3ffe:501:1800:2345::2", 3, "3ffe:507:0:1:200:86ff:fe05:80da", 0,
     "1:2ObVBgIn28oZvibYZhZMBgh7WdQ="},
    {"icmp6_one_way_larger_address_first", 58, "3ffe:501:410:0:2c0:dfff:fe47:33e", 1,
     "3ffe:507:0:1:200:86ff:fe05:80da", 4, "1:hLZd0XGWojozrvxqE0dWB1iM6R0="},
    {"icmp6_router", 58, "fe80::260:97ff:fe07:69ea", 134, "ff02::1", 133,
     "1:pkvHqCL88/tg1k4cPigmZXUtL00="},
    {"no_ports", 46, "10.1.12.1", 0, "10.1.12.2", 0, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="},
};

class CommunityId : public testing::TestWithParam<IdCase> {};

TEST_P(CommunityId, IsThatOfTheSpecification) {
  const IdCase& row = GetParam();
  FlowInfo flow;
  flow.ip_protocol = row.protocol;
  flow.ends[0] = {*IpAddress::parse(row.source), row.source_port};
  flow.ends[1] = {*IpAddress::parse(row.destination), row.destination_port};
  EXPECT_EQ(community_id(flow), row.id);
}

INSTANTIATE_TEST_SUITE_P(Baseline, CommunityId, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::flow
