#include "protocol/dispatch/classifier.h"

#include <gtest/gtest.h>

#include "tests/protocol/fake_host.h"
#include "tests/protocol/tls_records.h"

namespace outspan::protocol {
namespace {

using tls_bytes::u16;

/// IPv4 and UDP around a payload.
std::string udp_packet(std::uint16_t source, std::uint16_t destination,
                       const std::string& payload) {
  const std::string udp =
      u16(source) + u16(destination) + u16(payload.size() + 8) + u16(0) + payload;
  return std::string("\x45\0", 2) + u16(udp.size() + 20) + std::string("\0\1\0\0\x40\x11\0\0", 8) +
         "\x0a\x14" + std::string("\0\x07", 2) + "\xcb" + std::string("\0\x71\x09", 3) + udp;
}

const std::string kDnsQuery = std::string("\x12\x34\x01\0\0\1\0\0\0\0\0\0", 12) + "\x07" +
                              "example" + "\x03" + "com" + std::string("\0\0\1\0\1", 5);

struct Named {
  explicit Named(Classifier& classifier) : host({true, true}, info()), flow(classifier.begin()) {}
  static FlowInfo info() {
    FlowInfo flow_info = fake::Host::default_info();
    flow_info.ip_protocol = ip_protocol::kUdp;
    return flow_info;
  }
  bool packet(const std::string& bytes) {
    host.context.ip_packet = as_bytes(bytes);
    return flow->packet(host.context);
  }
  fake::Host host;
  std::unique_ptr<Classifier::Flow> flow;
};

TEST(Classifier, NamesDns) {
  Classifier classifier(10);
  Named named(classifier);
  EXPECT_FALSE(named.packet(udp_packet(40000, 53, kDnsQuery)));
  EXPECT_EQ(named.host.account.app().name(), "dns");
}

TEST(Classifier, GivesUp) {
  Classifier classifier(10);
  Named named(classifier);
  int packets = 1;
  while (named.packet(udp_packet(40000, 40001, std::string(20, 'x')))) ASSERT_LT(++packets, 20);
  EXPECT_FALSE(named.host.account.app().known());
  Stats stats;
  classifier.report(stats);
  EXPECT_EQ(stats.value("protocol.ndpi.unknown"), 1U);
}

/// nDPI remembers the peers of a BitTorrent exchange: what it calls the next flow between them
/// would depend on which thread had the first one.
TEST(Classifier, NoFlowIsNamedByAnother) {
  const std::string handshake = "\x13" + std::string("BitTorrent protocol") + std::string(48, '\1');
  const std::string unknown(20, 'x');
  Classifier classifier(10);
  {
    Named torrent(classifier);
    torrent.packet(udp_packet(40000, 40001, handshake));
    ASSERT_EQ(torrent.host.account.app().name(), "bittorrent");
  }
  Named named(classifier);
  while (named.packet(udp_packet(40000, 40001, unknown))) {
  }
  EXPECT_FALSE(named.host.account.app().known());
}

TEST(Classifier, StatesAreBounded) {
  Classifier classifier(2);
  auto first = classifier.begin();
  auto second = classifier.begin();
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(classifier.begin(), nullptr);
  first.reset();
  EXPECT_NE(classifier.begin(), nullptr);
}

TEST(Classifier, TakesAnyBytes) {
  Classifier classifier(10);
  const std::string packet = udp_packet(40000, 53, kDnsQuery);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    Named named(classifier);
    const std::string cut = packet.substr(0, size);
    named.packet(cut);
  }
}

}  // namespace
}  // namespace outspan::protocol
