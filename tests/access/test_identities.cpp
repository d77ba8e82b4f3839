#include <gtest/gtest.h>

#include "access/identities.h"

namespace outspan::access {
namespace {

Identity said(unsigned address, const char* user = "", const char* host = "") {
  return {IdentityKind::address, IpAddress::v4(0x0a000000 + address), user, host};
}

TEST(Identities, TheUserIsBetterThanTheHostAndTheHostThanTheAddress) {
  Identities all;
  EXPECT_EQ(all.resolve(said(1, "jdoe", "pc"), 1).kind, IdentityKind::user);
  EXPECT_EQ(all.resolve(said(2, "", "pc"), 1).kind, IdentityKind::host);
  EXPECT_EQ(all.resolve(said(3), 1).kind, IdentityKind::address);
}

TEST(Identities, AnAddressIsWhoWasSeenThereToday) {
  Identities all;
  all.resolve(said(1, "jdoe"), 1);
  EXPECT_EQ(all.resolve(said(1), 1).user, "jdoe");
  all.resolve(said(1, "asmith"), 1);
  EXPECT_EQ(all.resolve(said(1), 1).user, "asmith") << "somebody else sits there now";
  all.resolve(said(1, "jdoe"), 1);
  EXPECT_EQ(all.resolve(said(1), 1).user, "jdoe");
  EXPECT_EQ(all.resolve(said(1), 2).user, "") << "by tomorrow the address may be another's";
}

TEST(Identities, ATerminalServerIsNobody) {
  Identities all;
  for (const char* user : {"a", "b", "c"}) all.resolve(said(1, user), 1);
  EXPECT_EQ(all.resolve(said(1), 1).kind, IdentityKind::address);
  EXPECT_EQ(all.resolve(said(1, "a"), 1).kind, IdentityKind::user);
}

TEST(Identities, AnAccountOfManyIsNotOnePuller) {
  Identities all;
  for (unsigned address = 1; address < 4; ++address)
    EXPECT_EQ(all.resolve(said(address, "support"), 1).kind, IdentityKind::user);
  const Identity fourth = all.resolve(said(4, "support"), 1);
  EXPECT_EQ(fourth.kind, IdentityKind::user_at_host);
  EXPECT_NE(fourth.key(), all.resolve(said(5, "support"), 2).key());
}

TEST(Identities, LongNamesHaveABound) {
  Identities all;
  const std::string padding(512, 'x');
  for (unsigned address = 1; address <= 20'000; ++address)
    all.resolve(said(address, (padding + std::to_string(address)).c_str()), 1);
  EXPECT_GT(all.left_out(), 20'000u);
  EXPECT_FALSE(all.resolve(said(1), 1).user.empty());
  EXPECT_TRUE(all.resolve(said(20'000), 1).user.empty());
  EXPECT_FALSE(all.resolve(said(20'000, "jdoe"), 2).user.empty()) << "a new day, a new beginning";
  EXPECT_FALSE(all.resolve(said(20'000), 2).user.empty());
}

TEST(Identities, AKnownAccountsFurtherAddressesCountAsWell) {
  Identities all;
  const std::string user(512, 'x');
  for (unsigned address = 1; address <= 20'000; ++address)
    all.resolve(said(address, user.c_str()), 1);
  EXPECT_GT(all.left_out(), 0u);
  EXPECT_EQ(all.shared_accounts().size(), 1u);
}

}  // namespace
}  // namespace outspan::access
