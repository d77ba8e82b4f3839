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

/// `names`: of each of its ten lists.
std::string kex_init(const std::string& names = "curve25519-sha256,ext-info-s") {
  std::string body = noise(16);
  for (int list = 0; list < 10; ++list)
    body += std::string("\0\0", 2) + tls_bytes::u16(names.size()) + names;
  body += std::string(5, '\0');
  std::size_t padding = 4;
  while ((body.size() + padding + 6) % 8 != 0) ++padding;
  return std::string("\0\0", 2) + tls_bytes::u16(body.size() + padding + 2) +
         static_cast<char>(padding) + '\x14' + body + noise(padding);
}

const std::string kBanner = "SSH-2.0-OpenSSH_9.2\r\n";

const Talk kSession{{kClient, kBanner + kex_init()},
                    {kServer, kBanner + kex_init()},
                    {kClient, packet(30, 40) + packet(21, 0) + noise(3000)},
                    {kServer, packet(31, 300) + packet(21, 0) + noise(5000, 2)},
                    {kClient, noise(52, 3)}};

TEST(Ssh, AllButTheBannerIsEncryptedHoweverCut) {
  std::string whole;
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{11}}) {
    const auto host = fake::play(ssh::make, kSession, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "");
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], kBanner.size());
    EXPECT_EQ(host->account.columns(kServer)[Column::inspected], kBanner.size());
    EXPECT_EQ(host->object("ssh banner").text, "[commands]" + kBanner + "[/]");
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
  EXPECT_EQ(host->account.columns(kClient)[Column::inspected], kBanner.size());
}

struct BrokenCase {
  const char* name;
  std::string bytes;  ///< of the client, behind its KEXINIT
};

std::string text_packet(std::uint8_t message, std::size_t text_bytes) {
  std::size_t padding = 4;
  while ((text_bytes + padding + 6) % 8 != 0) ++padding;
  return std::string("\0\0", 2) + tls_bytes::u16(text_bytes + padding + 2) +
         static_cast<char>(padding) + static_cast<char>(message) +
         std::string(text_bytes + padding, 'x');
}

const BrokenCase kBrokenCases[] = {
    {"text_for_keys", text_packet(30, 3000)},
    {"text_behind_random_bytes_in_keys",
     packet(30, 300).substr(0, 250) + packet(31, 300) + std::string(300, 'x')},
    {"long_ignored_data", text_packet(2, 600)},
    {"a_message_that_is_not_sent_in_clear", text_packet(90, 8)},
    {"long_new_keys", packet(21, 40)},
};

class SshBroken : public testing::TestWithParam<BrokenCase> {};

TEST_P(SshBroken, IsInspected) {
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const Talk talk{{kClient, kBanner + kex_init()}, {kClient, GetParam().bytes}};
    const auto host = fake::play(ssh::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "fall_back");
    EXPECT_THAT(host->observer.anomalies, testing::ElementsAre("ssh_framing_broken"));
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, SshBroken, testing::ValuesIn(kBrokenCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Ssh, KexInitThatIsNoneProvesNothing) {
  for (const std::string& packet : {kex_init("anna alba,bo beck"), packet(20, 1400)}) {
    const auto host = fake::play(ssh::make, {{kClient, kBanner + packet}});
    EXPECT_EQ(host->left_by, "fall_back");
    EXPECT_EQ(host->rest[0], kBanner + packet);
  }
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
