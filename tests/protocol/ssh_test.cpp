#include "protocol/ssh/ssh.h"

#include <gtest/gtest.h>

#include "tests/protocol/fake_host.h"
#include "tests/protocol/tls_records.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using tls_bytes::noise;

std::string packet(std::uint8_t message, std::size_t payload_bytes) {
  std::size_t padding = 4;
  while ((payload_bytes + padding + 6) % 8 != 0) ++padding;
  const std::size_t length = payload_bytes + padding + 2;
  return std::string("\0\0", 2) + tls_bytes::u16(length) + static_cast<char>(padding) +
         static_cast<char>(message) + noise(payload_bytes + padding, message);
}

const Talk kSession{{kClient, "SSH-2.0-OpenSSH_9.2\r\n" + packet(20, 1400)},
                    {kServer, "SSH-2.0-OpenSSH_9.2\r\n" + packet(20, 900)},
                    {kClient, packet(30, 40) + packet(21, 0) + noise(3000)},
                    {kServer, packet(31, 300) + packet(21, 0) + noise(5000, 2)},
                    {kClient, noise(52, 3)}};

TEST(Ssh, EveryByteIsEncryptedHoweverCut) {
  std::string whole;
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{11}}) {
    const auto host = fake::play(ssh::make, kSession, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "");
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], 0U);
    EXPECT_EQ(host->account.columns(kServer)[Column::inspected], 0U);
    EXPECT_STREQ(host->context.encryption.reason, "ssh");
    EXPECT_EQ(host->account.app().name(), "ssh");
    if (whole.empty()) whole = host->describe();
    EXPECT_EQ(host->describe(), whole);
  }
}

TEST(Ssh, TextBehindABannerIsInspected) {
  const std::string text = "SSH-2.0-fake\r\nanna@example.com and all her friends\r\n";
  const auto host = fake::play(ssh::make, {{kClient, text}});
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_EQ(host->rest[0], text);
}

TEST(Ssh, TextBehindNewKeysIsInspected) {
  Talk talk(kSession.begin(), kSession.end() - 1);
  talk.push_back({kClient, std::string(600, 'x')});
  const auto host = fake::play(ssh::make, talk);
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_GE(host->rest[0].size(), 600U);
  EXPECT_THAT(host->observer.anomalies, testing::ElementsAre("ssh_framing_broken"));
}

TEST(Ssh, BannerOnlyIsInspected) {
  const auto host = fake::play(ssh::make, {{kServer, "SSH-2.0-OpenSSH_9.2\r\n"}});
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_EQ(host->account.columns(kServer)[Column::inspected], 21U);
}

TEST(Ssh, GapAfterTheExchange) {
  Talk talk = kSession;
  talk.push_back({kClient, "", 500});
  talk.push_back({kClient, noise(2000, 8)});
  const auto host = fake::play(ssh::make, talk);
  EXPECT_EQ(host->left_by, "");
  EXPECT_EQ(host->account.columns(kClient)[Column::inspected], 0U);
}

TEST(Ssh, Recognition) {
  fake::Host host;
  const auto ask = [&host](std::string_view client) {
    return ssh::recognise({host.context, {as_bytes(client), Bytes()}, {}});
  };
  EXPECT_EQ(ask("SSH-2.0-x"), Claim::mine);
  EXPECT_EQ(ask("SSH-1.99-x"), Claim::mine);
  EXPECT_EQ(ask("SSH-"), Claim::need_more);
  EXPECT_EQ(ask("SSH-1.5-x"), Claim::not_mine);
}

}  // namespace
}  // namespace outspan::protocol
