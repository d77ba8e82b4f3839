#include "protocol/tls/tls.h"

#include <gtest/gtest.h>

#include "tests/protocol/fake_host.h"
#include "tests/protocol/tls_records.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using tls_bytes::client_hello;
using tls_bytes::noise;
using tls_bytes::record;
using tls_bytes::server_hello;

const Talk kSession{
    {kClient, record(22, client_hello("www.example.com"), 0x0301)},
    {kServer, record(22, server_hello(0x1301)) + record(20, "\x01") + record(23, noise(1000, 3))},
    {kClient, record(20, "\x01") + record(23, noise(500, 4)) + record(23, noise(2, 5))},
    {kServer, record(23, noise(16384, 6)) + record(21, noise(26, 7))}};

std::uint64_t sent(const Talk& talk, Side side) {
  std::uint64_t bytes = 0;
  for (const fake::Step& step : talk)
    if (step.side == side) bytes += step.text.size();
  return bytes;
}

TEST(Tls, EveryByteIsEncrypted) {
  const auto host = fake::play(tls::make, kSession);
  for (const Side side : {kClient, kServer}) {
    EXPECT_EQ(host->account.columns(side)[Column::encrypted], sent(kSession, side));
    EXPECT_EQ(host->account.columns(side).total(), sent(kSession, side));
  }
  EXPECT_STREQ(host->context.encryption.reason, "tls");
  EXPECT_EQ(host->context.encryption.server_name, "www.example.com");
  EXPECT_EQ(host->context.encryption.ja4.substr(0, 10), "t13d0205h2");
  EXPECT_EQ(host->context.encryption.ja3.size(), 32U);
  EXPECT_EQ(host->account.app().name(), "tls");
  EXPECT_EQ(host->left_by, "");
}

TEST(Tls, AnyCutGivesTheSame) {
  const std::string whole = fake::play(tls::make, kSession)->describe();
  for (std::size_t first = 1; first < 240; ++first)
    EXPECT_EQ(fake::play(tls::make, kSession, {true, true}, first)->describe(), whole) << first;
  for (const std::size_t piece : {1, 3, 100})
    EXPECT_EQ(fake::play(tls::make, kSession, {true, true}, piece, piece)->describe(), whole);
}

TEST(Tls, HelloOverSeveralRecords) {
  const std::string hello = client_hello("split.example.com");
  Talk talk;
  for (std::size_t at = 0; at < hello.size(); at += 10)
    talk.push_back({kClient, record(22, hello.substr(at, 10))});
  const auto host = fake::play(tls::make, talk);
  EXPECT_EQ(host->context.encryption.server_name, "split.example.com");
}

TEST(Tls, PlaintextBehindAHelloIsInspected) {
  const std::string evasion = "anna@example.com,4111111111111111\n";
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const Talk talk{{kClient, record(22, client_hello("a.example.com")) + evasion}};
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "fall_back");
    // Cut in single bytes, the first ones of what should be a record header are gone already.
    EXPECT_GE(host->rest[0].size(), evasion.size() - 4);
    EXPECT_GE(host->account.columns(kClient)[Column::inspected], evasion.size() - 4);
    EXPECT_THAT(host->observer.anomalies, testing::ElementsAre("tls_framing_broken"));
  }
}

TEST(Tls, PlaintextInRecordsIsInspected) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "anna" + std::to_string(i) + "@example.com,555-0100\n";
  const Talk talk{{kClient, record(22, client_hello("a.example.com"))},
                  {kClient, record(23, text)}};
  const auto host = fake::play(tls::make, talk);
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_EQ(host->rest[0], text);
  EXPECT_THAT(host->observer.anomalies, testing::ElementsAre("tls_plaintext_in_record"));
}

TEST(Tls, NullCipherIsInspected) {
  const Talk talk{{kClient, record(22, client_hello("a.example.com"))},
                  {kServer, record(22, server_hello(0x003b))},
                  {kClient, record(23, "clear text")}};
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "fall_back");
    EXPECT_EQ(host->rest[0], record(23, "clear text"));
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], record(23, "clear text").size());
    EXPECT_EQ(host->context.encryption.reason, nullptr);
  }
}

TEST(Tls, JoinedInTheMiddleThreeRecordsProve) {
  const Talk talk{
      {kClient, record(23, noise(300)) + record(23, noise(300, 2)) + record(23, noise(9, 3))}};
  const auto host = fake::play(tls::make, talk);
  EXPECT_EQ(host->left_by, "");
  EXPECT_EQ(host->account.columns(kClient)[Column::encrypted], talk[0].text.size());
}

TEST(Tls, TooFewRecordsToProveAreInspected) {
  const Talk talk{{kClient, record(23, noise(300)) + record(23, noise(300, 2))}};
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "fall_back");
    EXPECT_EQ(host->rest[0], talk[0].text);
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], talk[0].text.size());
  }
}

TEST(Tls, HelloThatIsNoneIsInspected) {
  const std::string fake_hello =
      record(22, tls_bytes::handshake(1, "\x03\x03" + std::string(80, 'x')));
  const auto host = fake::play(tls::make, {{kClient, fake_hello}});
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_EQ(host->rest[0], fake_hello);
  EXPECT_EQ(host->context.encryption.reason, nullptr);
}

TEST(Tls, GapInsideARecordKeepsTheFraming) {
  const std::string body = record(23, noise(1000));
  const Talk talk{{kClient, record(22, client_hello("a.example.com")) + body.substr(0, 100)},
                  {kClient, "", 800},
                  {kClient, body.substr(900) + record(23, noise(10))}};
  const auto host = fake::play(tls::make, talk);
  EXPECT_EQ(host->left_by, "");
  EXPECT_EQ(host->account.columns(kClient)[Column::lost], 800U);
  EXPECT_EQ(host->account.columns(kClient)[Column::inspected], 0U);
}

TEST(Tls, GapOverABorderResynchronises) {
  const Talk talk{{kClient, record(22, client_hello("a.example.com"))},
                  {kClient, "", 3000},
                  {kClient, noise(700, 9) + record(23, noise(400, 8)) + record(23, noise(400, 7))},
                  {kClient, "plain text again, and enough of it to be sure that it is"}};
  const auto host = fake::play(tls::make, talk);
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_EQ(host->rest[0], talk[3].text);
}

TEST(Tls, SideThatIsNotInspectedIsNotWantedAfterItsHello) {
  const auto host = fake::play(tls::make, kSession, {true, false});
  EXPECT_TRUE(host->context.unwanted[index(kServer)]);
  EXPECT_FALSE(host->context.unwanted[index(kClient)]);
}

TEST(Tls, Recognition) {
  fake::Host host;
  const auto ask = [&host](std::string_view client) {
    return tls::recognise({host.context, {as_bytes(client), Bytes()}, {}});
  };
  EXPECT_EQ(ask(record(22, client_hello("a.example.com"))), Claim::mine);
  EXPECT_EQ(ask(record(23, noise(10))), Claim::mine);
  EXPECT_EQ(ask("\x16\x03"), Claim::need_more);
  EXPECT_EQ(ask("GET / HTTP/1.1"), Claim::not_mine);
  EXPECT_EQ(ask("\x16\x03\x09\x01\x01"), Claim::not_mine);
  EXPECT_EQ(ask("\x17\x03\x03\xff\xff"), Claim::not_mine);
}

}  // namespace
}  // namespace outspan::protocol
