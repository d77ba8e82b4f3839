#include "app/port_doubts.h"

#include <gtest/gtest.h>

#include <map>

#include "config/config_file.h"

namespace outspan::app {
namespace {

struct Payload {
  Direction direction;
  Column column;
  std::uint64_t bytes;
};

struct DoubtCase {
  const char* name;
  std::map<std::string, std::uint64_t> stats;
  std::vector<Payload> payload;
  std::vector<std::string> kinds;
};

constexpr auto kOut = Direction::outbound, kIn = Direction::inbound, kTransit = Direction::transit;

const DoubtCase kCases[] = {
    {"both directions, home networks fit",
     {{"capture.packets", 900}, {"flow.tcp_with_payload", 40}, {"flow.tcp_one_sided", 3}},
     {{kOut, Column::inspected, 50'000}, {kIn, Column::skipped, 90'000}},
     {}},
    {"nothing came", {}, {}, {"port_silent"}},
    {"broadcasts only", {{"capture.packets", 80}}, {}, {"port_no_payload"}},
    {"too little to judge by",
     {{"capture.packets", 8}, {"flow.tcp_with_payload", 2}, {"flow.tcp_one_sided", 2}},
     {{kTransit, Column::skipped, 900}},
     {}},
    {"one direction of each connection",
     {{"capture.packets", 900}, {"flow.tcp_with_payload", 40}, {"flow.tcp_one_sided", 39}},
     {{kOut, Column::inspected, 50'000}, {kIn, Column::lost, 90'000}},
     {"port_one_sided"}},
    {"other home networks",
     {{"capture.packets", 900}},
     {{kTransit, Column::skipped, 50'000}, {kOut, Column::inspected, 20'000}},
     {"home_networks_do_not_fit"}},
    {"what is outside is taken for inside",
     {{"capture.packets", 900}},
     {{Direction::internal, Column::skipped, 50'000}},
     {"nothing_leaves"}},
    {"the mirror loses",
     {{"capture.packets", 900}},
     {{kOut, Column::inspected, 50'000}, {kOut, Column::lost, 60}},
     {"port_holes"}},
    {"this machine loses",
     {{"capture.packets", 900}, {"capture.kernel_dropped", 30}, {"capture.interface_dropped", 4}},
     {{kOut, Column::inspected, 50'000}, {kOut, Column::lost, 60}},
     {"port_kernel_drops", "port_interface_drops"}},
    {"the sensor leaves out",
     {{"capture.packets", 900}, {"run.shed_packets", 30}},
     {{kOut, Column::inspected, 50'000}, {kOut, Column::lost, 60}},
     {"port_overload"}},
    {"cut off",
     {{"capture.packets", 900}},
     {{kOut, Column::inspected, 50'000}, {kOut, Column::truncated, 60}},
     {"port_truncated"}},
    {"all encrypted",
     {{"capture.packets", 900}},
     {{kOut, Column::encrypted, 50'000}, {kOut, Column::inspected, 100}},
     {"port_encrypted"}},
};

Ledger ledger_of(const std::vector<Payload>& payload) {
  Ledger ledger;
  for (const Payload& each : payload)
    ChargingAccount(ledger, {each.direction, each.direction}, {true, true})
        .charge(Side::client, each.column, "loss", each.bytes);
  return ledger;
}

std::vector<std::string> kinds(const std::vector<Doubt>& doubts) {
  std::vector<std::string> kinds;
  for (const Doubt& doubt : doubts) {
    EXPECT_FALSE(doubt.sentence.empty() || doubt.cure.empty()) << doubt.kind;
    kinds.push_back(doubt.kind);
  }
  return kinds;
}

TEST(PortDoubts, EachIsRaisedByWhatWasSeenAndNothingElse) {
  for (const DoubtCase& row : kCases) {
    Stats stats;
    for (const auto& [name, value] : row.stats) stats.add(name, value);
    EXPECT_EQ(kinds(port_doubts(stats, ledger_of(row.payload), config::default_config(),
                                {{"eth1", {1500, false}}})),
              row.kinds)
        << row.name;
  }
}

TEST(PortDoubts, HomeNetworksAndOffloads) {
  Stats stats;
  stats.add("capture.packets", 900);
  const Ledger ledger = ledger_of({{kOut, Column::inspected, 50'000}});
  config::Config config = config::default_config();
  config.home_networks = PrefixSet();
  EXPECT_EQ(kinds(port_doubts(stats, ledger, config, {{"eth1", {1500, false}}})),
            std::vector<std::string>{"home_networks_empty"});
  const auto doubts = port_doubts(stats, ledger, config::default_config(),
                                  {{"eth1", {1500, false}}, {"eth2", {9000, true}}});
  ASSERT_EQ(kinds(doubts), std::vector<std::string>{"port_offloads"});
  EXPECT_EQ(doubts[0].cure, "`ethtool -K eth2 gro off lro off`");
}

TEST(PortDoubts, FactsNameThePortAndTheShares) {
  const auto facts =
      port_facts(Stats(), ledger_of({{kOut, Column::encrypted, 300}, {kIn, Column::skipped, 100}}),
                 {{"eth1", {1500, false}}});
  EXPECT_EQ(facts[0].substr(0, 14), "eth1: MTU 1500");
  EXPECT_EQ(facts[2], "payload: 400 bytes; outbound 75 %, inbound 25 %, internal 0 %, transit 0 %");
  EXPECT_EQ(facts[3], "encrypted 75 %, missing 0 %, cut off 0 %");
}

}  // namespace
}  // namespace outspan::app
