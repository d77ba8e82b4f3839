#include "core/ledger.h"

#include <random>

namespace outspan {
namespace {

constexpr std::array<Direction, 2> kOutIn{Direction::outbound, Direction::inbound};

TEST(FlowAccount, DeliveredBytesGoToTheCurrentColumn) {
  Ledger ledger;
  FlowAccount account(ledger, kOutIn, {true, false});
  account.deliver(Side::client, 10);
  account.deliver(Side::server, 5);
  account.set_current(Side::client, Column::encrypted);
  account.set_current(Side::server, Column::encrypted);
  account.deliver(Side::client, 7);
  account.deliver(Side::server, 3);
  EXPECT_EQ(ledger.of(Direction::outbound)[Column::inspected], 10u);
  EXPECT_EQ(ledger.of(Direction::outbound)[Column::encrypted], 7u);
  EXPECT_EQ(ledger.of(Direction::inbound)[Column::skipped], 8u) << "not inspected: stays skipped";
}

TEST(FlowAccount, MovesWhatThereIs) {
  Ledger ledger;
  FlowAccount account(ledger, kOutIn, {true, false});
  account.deliver(Side::client, 10);
  account.deliver(Side::server, 10);
  EXPECT_EQ(account.move(Side::client, Column::inspected, Column::opaque, 4), 4u);
  EXPECT_EQ(account.move(Side::client, Column::inspected, Column::opaque, 100), 6u);
  EXPECT_EQ(account.move(Side::client, Column::lost, Column::opaque, 1), 0u);
  EXPECT_EQ(account.move(Side::client, Column::opaque, Column::opaque, 1), 0u);
  EXPECT_EQ(account.move(Side::server, Column::skipped, Column::inspected, 1), 0u);
  EXPECT_EQ(account.columns(Side::client)[Column::opaque], 10u);
  EXPECT_EQ(account.columns(Side::client).total(), 10u);
}

TEST(FlowAccount, AllBytesFollowTheApplication) {
  Ledger ledger;
  FlowAccount account(ledger, kOutIn, {true, true});
  account.deliver(Side::client, 10);
  const AppProtocol http = AppProtocol::named("http");
  account.set_app(http);
  account.deliver(Side::server, 5);
  EXPECT_EQ(ledger.of(http).total(), 15u);
  EXPECT_EQ(ledger.of(AppProtocol()).total(), 0u);
  EXPECT_EQ(ledger.apps(), std::vector<AppProtocol>{http});
}

TEST(Ledger, AnySequenceKeepsTheSumsEqual) {
  std::mt19937 random(3);
  Ledger total;
  std::uint64_t charged = 0;
  for (int shard = 0; shard < 4; ++shard) {
    Ledger ledger;
    std::vector<FlowAccount> accounts;
    for (int i = 0; i < 8; ++i)
      accounts.emplace_back(ledger, kOutIn, std::array<bool, 2>{i % 2 == 0, i % 3 == 0});
    for (int step = 0; step < 2000; ++step) {
      FlowAccount& account = accounts[random() % accounts.size()];
      const Side side = random() % 2 == 0 ? Side::client : Side::server;
      const auto column = [&] { return static_cast<Column>(random() % kColumns); };
      const std::uint64_t bytes = random() % 1000;
      switch (random() % 5) {
        case 0:
          account.deliver(side, bytes);
          charged += bytes;
          break;
        case 1:
          account.charge(side, column(), bytes);
          charged += bytes;
          break;
        case 2: account.set_current(side, column()); break;
        case 3: account.move(side, column(), column(), bytes); break;
        default: account.set_app(AppProtocol::named(random() % 2 == 0 ? "http" : "smtp")); break;
      }
    }
    Columns flows;
    for (const FlowAccount& account : accounts)
      for (const Side side : {Side::client, Side::server}) flows += account.columns(side);
    Columns directions;
    for (std::size_t i = 0; i < kDirections; ++i)
      directions += ledger.of(static_cast<Direction>(i));
    Columns apps;
    for (const AppProtocol app : ledger.apps()) apps += ledger.of(app);
    ASSERT_EQ(flows, directions);
    ASSERT_EQ(apps, directions);
    total.merge(ledger);
  }
  Columns merged;
  for (std::size_t i = 0; i < kDirections; ++i) merged += total.of(static_cast<Direction>(i));
  EXPECT_EQ(merged.total(), charged);
}

}  // namespace
}  // namespace outspan
