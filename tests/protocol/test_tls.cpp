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
  EXPECT_EQ(host->context.encryption.names().server_name, "www.example.com");
  EXPECT_EQ(host->context.encryption.names().ja4.substr(0, 10), "t13d0205h2");
  EXPECT_EQ(host->context.encryption.names().ja3.size(), 32U);
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
  EXPECT_EQ(host->context.encryption.names().server_name, "split.example.com");
}

/// Decrypting proxies mirror what they read, and some leave the hello in front of it.
TEST(Tls, ClearTextBehindAHelloIsRecognisedAnew) {
  const std::string request = "POST /upload HTTP/1.1\r\nContent-Length: 9\r\n\r\nanna@here";
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const Talk talk{{kClient, record(22, client_hello("a.example.com")) + request}};
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "restart");
    EXPECT_EQ(host->rest[0], request);
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], request.size());
    EXPECT_EQ(host->context.encryption.reason, nullptr);
    EXPECT_THAT(host->observer.anomalies, testing::ElementsAre());
  }
}

TEST(Tls, PlaintextBehindARecordIsInspected) {
  const std::string evasion = "anna@example.com,4111111111111111\n";
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const Talk talk{
        {kClient, record(22, client_hello("a.example.com")) + record(20, "\1") + evasion}};
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "fall_back");
    EXPECT_EQ(host->rest[0], evasion);
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], evasion.size());
    EXPECT_THAT(host->observer.anomalies, testing::ElementsAre("tls_framing_broken"));
  }
}

struct TextCase {
  const char* name;
  std::string records;  ///< of the client, behind its hello
};

std::string text(std::size_t size) {
  std::string all;
  for (int i = 0; all.size() < size; ++i)
    all += "anna" + std::to_string(i) + "@example.com,555-0100\n";
  return all.substr(0, size);
}

std::string many(const std::string& one, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += one;
  return all;
}

const TextCase kTextCases[] = {
    {"behind_random_bytes", many(record(23, noise(256) + text(12000)), 20)},
    {"between_random_bytes", many(record(23, noise(2000) + text(12000) + noise(2000)), 20)},
    {"in_small_records", many(record(23, text(20)), 20)},
    {"in_cyrillic", many(record(23, many("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 ", 100)), 3)},
    {"in_alerts", record(20, "\1") + many(record(21, text(200)), 3)},
    {"in_heartbeats", many(record(24, text(2000)), 3)},
    {"in_a_finished", record(20, "\1") + record(22, text(2000))},
    {"in_a_key_exchange", record(22, tls_bytes::handshake(16, text(4000)))},
    {"in_an_unknown_handshake_message", record(22, tls_bytes::handshake(99, noise(300)))},
    {"in_a_long_change_of_ciphers", record(20, text(30))},
    {"in_a_second_hello", record(20, "\1") + record(22, tls_bytes::handshake(1, text(3000)))},
};

class TlsText : public testing::TestWithParam<TextCase> {};

TEST_P(TlsText, IsNoCiphertext) {
  for (const std::size_t piece : {SIZE_MAX, std::size_t{100}}) {
    const Talk talk{{kClient, record(22, client_hello("a.example.com"))},
                    {kServer, record(22, server_hello(0xc02f)) + record(23, noise(600))},
                    {kClient, GetParam().records}};
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "fall_back");
  }
}

INSTANTIATE_TEST_SUITE_P(Places, TlsText, testing::ValuesIn(kTextCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Tls, CertificatesAreReadable) {
  const std::string certificate = noise(40) + "CN=Anna Alba, anna@example.com" + noise(300);
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{7}}) {
    const Talk talk{{kClient, record(22, client_hello("a.example.com"))},
                    {kServer, record(22, server_hello(0xc02f)) +
                                  record(22, tls_bytes::handshake(11, certificate) +
                                                 tls_bytes::handshake(12, noise(300)) +
                                                 tls_bytes::handshake(14, ""))}};
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->object("tls certificates").text, "[raw]" + certificate + "[/]");
    EXPECT_EQ(host->account.columns(kServer)[Column::inspected], certificate.size());
    EXPECT_EQ(host->left_by, "");
  }
}

TEST(Tls, SecondHelloAfterARetryIsInClear) {
  const std::string hello = record(22, client_hello("a.example.com"));
  const std::string server = record(22, server_hello(0x1301));
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    const Talk talk{{kClient, hello},
                    {kServer, server + record(20, "\1")},
                    {kClient, record(20, "\1") + hello},
                    {kServer, server + record(23, noise(700))},
                    {kClient, record(23, noise(700, 2))}};
    const auto host = fake::play(tls::make, talk, {true, true}, piece, piece);
    EXPECT_EQ(host->left_by, "");
    EXPECT_EQ(host->account.columns(kClient)[Column::inspected], 0U);
  }
}

/// A hello with one more extension.
std::string extended_hello(const std::string& data) {
  std::string body = client_hello("a.example.com").substr(4) + tls_bytes::extension(0x7777, data);
  const std::size_t extensions_at = 2 + 32 + 1 + 2 + 6 + 2;
  body.replace(extensions_at, 2, tls_bytes::u16(body.size() - extensions_at - 2));
  return record(22, tls_bytes::handshake(1, body));
}

TEST(Tls, TextInAHelloIsRefused) {
  const auto host = fake::play(tls::make, {{kClient, extended_hello(text(600))}});
  EXPECT_EQ(host->left_by, "fall_back");
  EXPECT_EQ(host->rest[0], extended_hello(text(600)));
  const auto keys = fake::play(tls::make, {{kClient, extended_hello(noise(600))}});
  EXPECT_EQ(keys->left_by, "");
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
