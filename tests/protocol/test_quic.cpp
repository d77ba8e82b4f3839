#include <gtest/gtest.h>

#include "protocol/dispatch/dispatcher.h"
#include "tests/protocol/fake_host.h"
#include "tests/protocol/quic_vectors.h"
#include "tests/protocol/tls_records.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using tls_bytes::noise;
using tls_bytes::u16;

std::string unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

/// A flow of datagrams.
struct Datagrams {
  explicit Datagrams(std::uint8_t ip_protocol = ip_protocol::kUdp)
      : host({true, true}, info(ip_protocol)) {}
  static FlowInfo info(std::uint8_t ip_protocol) {
    FlowInfo flow = fake::Host::default_info();
    flow.ip_protocol = ip_protocol;
    return flow;
  }
  /// Whether it counts as encrypted.
  bool take(Side side, const std::string& datagram) {
    const std::uint64_t before = host.account.columns(side)[Column::encrypted];
    host.account.deliver(side, datagram.size());
    if (!sink) sink = dispatcher.open(host.context);
    sink->on_datagram(side, as_bytes(datagram));
    return host.account.columns(side)[Column::encrypted] != before;
  }
  static config::Config config() {
    config::Config config;
    config.limits.classified_flows = 0;
    return config;
  }
  config::Config config_ = config();
  fake::Host host;
  Dispatcher dispatcher{config_, host.sink};
  std::unique_ptr<flow::StreamSink> sink;
};

TEST(Quic, Rfc9001ClientInitial) {
  Datagrams flow;
  EXPECT_TRUE(flow.take(kClient, unhex(quic_vectors::kVersion1)));
  EXPECT_STREQ(flow.host.context.encryption.reason, "quic");
  EXPECT_EQ(flow.host.context.encryption.names().server_name, "example.com");
  EXPECT_EQ(flow.host.context.encryption.names().ja4.substr(0, 10), "q13d0211an");
  EXPECT_EQ(flow.host.account.columns(kClient)[Column::encrypted], 1200U);
  EXPECT_EQ(flow.host.account.app().name(), "quic");
}

TEST(Quic, Rfc9369ClientInitial) {
  Datagrams flow;
  EXPECT_TRUE(flow.take(kClient, unhex(quic_vectors::kVersion2)));
  EXPECT_EQ(flow.host.context.encryption.names().server_name, "example.com");
}

TEST(Quic, HelloInTwoPacketsOutOfOrder) {
  Datagrams flow;
  EXPECT_TRUE(flow.take(kClient, unhex(quic_vectors::kSecondHalf)));
  EXPECT_EQ(flow.host.context.encryption.names().server_name, "");
  EXPECT_TRUE(flow.take(kClient, unhex(quic_vectors::kFirstHalf)));
  EXPECT_EQ(flow.host.context.encryption.names().server_name, "example.com");
}

TEST(Quic, ShortPacketsOnlyAfterProof) {
  Datagrams flow;
  const std::string packet = '\x41' + noise(800);
  EXPECT_FALSE(flow.take(kClient, packet));
  EXPECT_TRUE(flow.take(kClient, unhex(quic_vectors::kVersion1)));
  EXPECT_TRUE(flow.take(kClient, packet));
  EXPECT_TRUE(flow.take(kServer, packet));
  EXPECT_FALSE(flow.take(kClient, '\x41' + std::string(800, 'x')));
  EXPECT_EQ(flow.host.account.columns(kClient)[Column::inspected], 801U + 801U);
}

TEST(Quic, TextInALongHeaderIsInspected) {
  std::string packet = unhex(quic_vectors::kVersion1);
  packet.replace(30, packet.size() - 30, std::string(packet.size() - 30, 'x'));
  Datagrams flow;
  EXPECT_FALSE(flow.take(kClient, packet));
}

TEST(Quic, TextBehindAPacketIsInspected) {
  Datagrams flow;
  EXPECT_FALSE(flow.take(kClient, unhex(quic_vectors::kVersion1) + "anna@example.com, 555-0100"));
}

TEST(Quic, NoPrefixOfADatagramIsTaken) {
  const std::string packet = unhex(quic_vectors::kVersion1);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    Datagrams flow;
    EXPECT_FALSE(flow.take(kClient, packet.substr(0, size))) << size;
  }
}

std::string dtls_record(std::uint8_t type, std::uint16_t epoch, const std::string& body) {
  return std::string(1, static_cast<char>(type)) + "\xfe\xfd" + u16(epoch) + noise(6) +
         u16(body.size()) + body;
}

std::string dtls_hello() {
  const std::string name = u16(14) + std::string(1, '\0') + u16(11) + "example.com";
  const std::string extensions = tls_bytes::extension(0, name);
  const std::string body = "\xfe\xfd" + noise(32) + std::string(2, '\0') + u16(2) + u16(0xc02b) +
                           std::string("\x01\0", 2) + u16(extensions.size()) + extensions;
  return std::string("\x01\0", 2) + u16(body.size()) + u16(0) + std::string(4, '\0') +
         u16(body.size()) + body;
}

TEST(Dtls, SessionIsEncrypted) {
  Datagrams flow;
  EXPECT_TRUE(flow.take(kClient, dtls_record(22, 0, dtls_hello())));
  EXPECT_EQ(flow.host.context.encryption.names().server_name, "example.com");
  EXPECT_EQ(flow.host.context.encryption.names().ja4.substr(0, 8), "dd2d0101");
  EXPECT_TRUE(flow.take(kServer, dtls_record(20, 0, "\x01") + dtls_record(22, 1, noise(60))));
  EXPECT_TRUE(flow.take(kClient, dtls_record(23, 1, noise(900))));
  EXPECT_STREQ(flow.host.context.encryption.reason, "dtls");
}

TEST(Dtls, ReadableRecordsAreInspected) {
  Datagrams flow;
  EXPECT_FALSE(flow.take(kClient, dtls_record(23, 0, noise(900))));
  EXPECT_FALSE(flow.take(kClient, dtls_record(23, 1, std::string(900, 'x'))));
  EXPECT_FALSE(flow.take(kClient, dtls_record(23, 1, noise(90)) + "x"));
}

/// Text behind 256 random bytes, at a place that the sender does not know.
TEST(Dtls, TextAnywhereInARecordIsInspected) {
  Datagrams flow;
  ASSERT_TRUE(flow.take(kClient, dtls_record(22, 0, dtls_hello())));
  int refused = 0;
  for (std::uint32_t i = 0; i < 20; ++i)
    refused += !flow.take(kClient, dtls_record(23, 1, noise(256, i) + std::string(1000, 'x')));
  EXPECT_GE(refused, 10);
}

TEST(Dtls, HandshakeMessagesHaveAGrammar) {
  const auto message = [](char type, const std::string& body) {
    return type + std::string(1, '\0') + u16(body.size()) + u16(0) + std::string(4, '\0') +
           u16(body.size()) + body;
  };
  const std::string text(300, 'x');
  Datagrams flow;
  EXPECT_FALSE(flow.take(kClient, dtls_record(22, 0, text)));
  EXPECT_FALSE(flow.take(kClient, dtls_record(22, 0, message(16, text))));
  EXPECT_FALSE(flow.take(kClient, dtls_record(22, 0, message(11, noise(300))))) << "certificates";
  EXPECT_FALSE(flow.take(kClient, dtls_record(22, 0, message(14, "x"))));
  EXPECT_FALSE(flow.take(kClient, dtls_record(20, 0, text)));
  EXPECT_FALSE(flow.take(kClient, dtls_record(21, 0, text)));
  EXPECT_TRUE(flow.take(kClient, dtls_record(22, 0, message(16, noise(66)) + message(14, ""))));
}

TEST(Quic, TextInARetryIsInspected) {
  std::string retry = unhex("f000000001000102030405060708");
  Datagrams flow;
  EXPECT_FALSE(flow.take(kServer, retry + std::string(600, 'x')));
  EXPECT_TRUE(flow.take(kServer, retry + noise(100)));
}

TEST(WireGuard, HandshakeProvesTheRest) {
  const std::string data = std::string("\4\0\0\0", 4) + noise(124);
  Datagrams flow;
  EXPECT_FALSE(flow.take(kClient, data));
  EXPECT_TRUE(flow.take(kClient, std::string("\1\0\0\0", 4) + noise(144)));
  EXPECT_TRUE(flow.take(kServer, std::string("\2\0\0\0", 4) + noise(88)));
  EXPECT_TRUE(flow.take(kClient, data));
  EXPECT_FALSE(flow.take(kClient, data + "x"));
  EXPECT_STREQ(flow.host.context.encryption.reason, "wireguard");
}

TEST(Esp, CiphertextOnly) {
  Datagrams flow(50);
  EXPECT_TRUE(flow.take(kClient, noise(200)));
  EXPECT_STREQ(flow.host.context.encryption.reason, "ipsec");
  EXPECT_FALSE(flow.take(kClient, noise(8) + std::string(200, 'x')));
  int refused = 0;
  for (std::uint32_t i = 0; i < 20; ++i)
    refused += !flow.take(kClient, noise(264, i) + std::string(1000, 'x'));
  EXPECT_GE(refused, 10);
}

}  // namespace
}  // namespace outspan::protocol
