#include "core/address.h"

namespace outspan {
namespace {

TEST(IpAddress, TextAndBack) {
  for (const char* text : {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "2001:db8::1",
                           "fe80::200:86ff:fe05:80da"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
    EXPECT_EQ(IpAddress::from_bytes(address->packed()), *address) << text;
  }
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"", "10.1.2", "10.1.2.256", "10.1.2.3 ", "example.com", ":::", "1:2:3:4:5:6:7:8:9",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, BothFamiliesInOneForm) {
  EXPECT_EQ(IpAddress::v4(0x0a010203), *IpAddress::parse("10.1.2.3"));
  EXPECT_EQ(*IpAddress::parse("::ffff:10.1.2.3"), *IpAddress::parse("10.1.2.3"));
  EXPECT_EQ(IpAddress::v4(1).packed().size(), 4u);
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->packed().size(), 16u);
  const std::uint8_t odd[] = {1, 2, 3};
  EXPECT_EQ(IpAddress::from_bytes(odd), IpAddress());
}

struct PrefixCase {
  const char* prefix;
  const char* inside;
  const char* outside;
};

const PrefixCase kPrefixes[] = {
    {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
    {"192.168.4.0/22", "192.168.7.255", "192.168.8.0"},
    {"192.0.2.7", "192.0.2.7", "192.0.2.6"},
    {"192.0.2.6/31", "192.0.2.7", "192.0.2.8"},
    {"0.0.0.0/0", "203.0.113.9", "2001:db8::1"},
    {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
    {"fc00::/7", "fdff::1", "fe00::"},
    {"::/0", "2001:db8::1", nullptr},
};

TEST(IpPrefix, Contains) {
  for (const PrefixCase& row : kPrefixes) {
    const auto prefix = IpPrefix::parse(row.prefix);
    ASSERT_TRUE(prefix) << row.prefix;
    EXPECT_TRUE(prefix->contains(*IpAddress::parse(row.inside))) << row.prefix;
    if (row.outside != nullptr) {
      EXPECT_FALSE(prefix->contains(*IpAddress::parse(row.outside))) << row.prefix;
    }
    EXPECT_EQ(IpPrefix::parse(prefix->to_string())->network, prefix->network);
  }
}

TEST(IpPrefix, RefusesWhatIsNone) {
  for (const char* text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                           "/8", "2001:db8::/129", "home"})
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
}

TEST(PrefixSet, AnyPrefixCounts) {
  const PrefixSet set({*IpPrefix::parse("10.0.0.0/8"), *IpPrefix::parse("2001:db8::/32")});
  EXPECT_TRUE(set.contains(*IpAddress::parse("10.9.9.9")));
  EXPECT_TRUE(set.contains(*IpAddress::parse("2001:db8::5")));
  EXPECT_FALSE(set.contains(*IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(PrefixSet().contains(*IpAddress::parse("10.9.9.9")));
}

}  // namespace
}  // namespace outspan
