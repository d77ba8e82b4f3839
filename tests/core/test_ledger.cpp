#include "core/ledger.h"

#include <random>

namespace outspan {
namespace {

constexpr std::array<Direction, 2> kOutIn{Direction::outbound, Direction::inbound};

/// Whoever has a FlowAccount cannot charge bytes: only flow/ has the other type.
template <class Account>
concept Charges = requires(Account& account) {
  account.deliver(Side::client, 1);
}
|| requires(Account& account) { account.charge(Side::client, Column::lost, "loss", 1); }
|| requires(Account& account) { account.settle(Side::client); };
static_assert(Charges<ChargingAccount>);
static_assert(!Charges<FlowAccount>, "a stage after flow/ could charge bytes");
static_assert(
    !std::is_constructible_v<FlowAccount, Ledger&, std::array<Direction, 2>, std::array<bool, 2>>,
    "a stage after flow/ could make an account");

std::uint64_t of(const Ledger& ledger, Column column, std::string_view reason) {
  return ledger.of(column, reason);
}

TEST(FlowAccount, DeliveredBytesArePendingUntilSomebodyClaimsThem) {
  Ledger ledger;
  ChargingAccount account(ledger, kOutIn, {true, false});
  account.deliver(Side::client, 100);
  account.deliver(Side::server, 50);
  EXPECT_EQ(account.pending(Side::client), 100u);
  EXPECT_EQ(account.pending(Side::server), 0u) << "not inspected: nobody needs to claim it";
  EXPECT_EQ(of(ledger, Column::inspected, "pending"), 100u);
  account.searched(Side::client, 40);
  account.framing(Side::client, 10);
  EXPECT_EQ(account.claim(Side::client, Column::encrypted, "tls", 30), 30u);
  EXPECT_EQ(account.pending(Side::client), 20u);
  EXPECT_EQ(of(ledger, Column::inspected, "searched"), 40u);
  EXPECT_EQ(of(ledger, Column::inspected, "framing"), 10u);
  EXPECT_EQ(of(ledger, Column::encrypted, "tls"), 30u);
  EXPECT_EQ(of(ledger, Column::skipped, "direction"), 50u);
  EXPECT_EQ(account.framing_bytes(Side::client), 10u);
}

TEST(FlowAccount, WhatNobodyClaimsIsSkippedAsUnclaimed) {
  Ledger ledger;
  ChargingAccount account(ledger, kOutIn, {true, true});
  account.deliver(Side::client, 100);
  account.searched(Side::client, 93);
  EXPECT_EQ(account.settle(Side::client), 7u);
  EXPECT_EQ(account.settle(Side::server), 0u);
  EXPECT_EQ(account.unclaimed(Side::client), 7u);
  EXPECT_EQ(account.columns(Side::client)[Column::skipped], 7u);
  EXPECT_EQ(account.columns(Side::client)[Column::inspected], 93u);
  EXPECT_EQ(account.claimed_as_skipped(Side::client), 0u) << "a stage's own, and it has said so";
  EXPECT_EQ(of(ledger, Column::skipped, "unclaimed"), 7u);
}

TEST(FlowAccount, ClaimingTwiceTakesNothingTwice) {
  Ledger ledger;
  ChargingAccount account(ledger, kOutIn, {true, false});
  account.deliver(Side::client, 10);
  account.searched(Side::client, 10);
#ifndef OUTSPAN_STRICT_LEDGER
  account.searched(Side::client, 4);
  EXPECT_EQ(account.claim(Side::client, Column::opaque, "media", 1), 0u);
#else
  EXPECT_DEATH(account.searched(Side::client, 4), "4 bytes are claimed");
#endif
  account.searched(Side::server, 4);  // not inspected: no account is kept of it
  EXPECT_EQ(account.pending(Side::client), 0u);
}

TEST(FlowAccount, MovesWhatWasSearchedOnly) {
  Ledger ledger;
  ChargingAccount account(ledger, kOutIn, {true, false});
  account.deliver(Side::client, 20);
  account.deliver(Side::server, 10);
  account.searched(Side::client, 10);
  account.framing(Side::client, 5);
  EXPECT_EQ(account.move(Side::client, Column::opaque, "pgp", 4), 4u);
  EXPECT_EQ(account.move(Side::client, Column::opaque, "pgp", 100), 6u);
  EXPECT_EQ(account.move(Side::server, Column::opaque, "pgp", 1), 0u);
  EXPECT_EQ(account.columns(Side::client)[Column::opaque], 10u);
  EXPECT_EQ(account.columns(Side::client).total(), 20u);
  EXPECT_EQ(account.pending(Side::client), 5u);
  EXPECT_EQ(of(ledger, Column::opaque, "pgp"), 10u);
}

TEST(FlowAccount, WhatWasTakenForSomethingElseIsPendingAgain) {
  Ledger ledger;
  ChargingAccount account(ledger, kOutIn, {true, false});
  account.deliver(Side::client, 20);
  account.claim(Side::client, Column::encrypted, "tls", 15);
  account.searched(Side::client, 5);
  EXPECT_EQ(account.reopen(Side::client, Column::encrypted, "tls", 6), 6u);
  EXPECT_EQ(account.reopen(Side::client, Column::encrypted, "ssh", 6), 0u) << "not claimed so";
  EXPECT_EQ(account.reopen(Side::client, Column::inspected, nullptr, 100), 5u);
  EXPECT_EQ(account.pending(Side::client), 11u);
  EXPECT_EQ(of(ledger, Column::encrypted, "tls"), 9u);
}

TEST(FlowAccount, AllBytesFollowTheApplication) {
  Ledger ledger;
  ChargingAccount account(ledger, kOutIn, {true, true});
  account.deliver(Side::client, 10);
  const AppProtocol http = AppProtocol::named("http");
  account.set_app(http);
  account.deliver(Side::server, 5);
  EXPECT_EQ(ledger.of(http).total(), 15u);
  EXPECT_EQ(ledger.of(AppProtocol()).total(), 0u);
  EXPECT_EQ(ledger.apps(), std::vector<AppProtocol>{http});
}

Columns by_reason(const Ledger& ledger) {
  Columns columns;
  for (std::size_t i = 0; i < kColumns; ++i)
    for (const ReasonBytes& each : ledger.by_reason(static_cast<Column>(i)))
      columns.bytes[i] += each.bytes;
  return columns;
}

TEST(Ledger, AnySequenceKeepsTheSumsEqual) {
  std::mt19937 random(3);
  Ledger total;
  std::uint64_t charged = 0;
  for (int shard = 0; shard < 4; ++shard) {
    Ledger ledger;
    std::vector<ChargingAccount> accounts;
    for (int i = 0; i < 8; ++i)
      accounts.emplace_back(ledger, kOutIn, std::array<bool, 2>{i % 2 == 0, i % 3 == 0});
    for (int step = 0; step < 2000; ++step) {
      ChargingAccount& account = accounts[random() % accounts.size()];
      const Side side = random() % 2 == 0 ? Side::client : Side::server;
      const auto claimed = [&] {
        constexpr std::array kClaimed{Column::encrypted, Column::opaque, Column::skipped};
        return kClaimed[random() % kClaimed.size()];
      };
      const auto missed = [&] {
        constexpr std::array kMissed{Column::lost, Column::truncated, Column::skipped};
        return kMissed[random() % kMissed.size()];
      };
      const auto reason = [&] { return random() % 2 == 0 ? "one" : "another"; };
      const std::uint64_t bytes = random() % 1000;
      switch (random() % 8) {
        case 0:
          account.deliver(side, bytes);
          charged += bytes;
          break;
        case 1:
          account.charge(side, missed(), reason(), bytes);
          charged += bytes;
          break;
        case 2:
          account.claim(side, claimed(), reason(), std::min(bytes, account.pending(side)));
          break;
        case 3: account.searched(side, std::min(bytes, account.pending(side) / 2)); break;
        case 4: account.framing(side, std::min(bytes, account.pending(side) / 2)); break;
        case 5: account.move(side, claimed(), reason(), bytes); break;
        case 6: account.reopen(side, claimed(), reason(), bytes); break;
        default: account.set_app(AppProtocol::named(random() % 2 == 0 ? "http" : "smtp")); break;
      }
    }
    Columns flows;
    for (const ChargingAccount& account : accounts)
      for (const Side side : {Side::client, Side::server}) flows += account.columns(side);
    Columns directions;
    for (std::size_t i = 0; i < kDirections; ++i)
      directions += ledger.of(static_cast<Direction>(i));
    Columns apps;
    for (const AppProtocol app : ledger.apps()) apps += ledger.of(app);
    ASSERT_EQ(flows, directions);
    ASSERT_EQ(apps, directions);
    ASSERT_EQ(by_reason(ledger), directions);
    total.merge(ledger);
  }
  Columns merged;
  for (std::size_t i = 0; i < kDirections; ++i) merged += total.of(static_cast<Direction>(i));
  EXPECT_EQ(merged.total(), charged);
  EXPECT_EQ(by_reason(total), merged);
}

}  // namespace
}  // namespace outspan
