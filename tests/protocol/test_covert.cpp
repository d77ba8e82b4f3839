#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocol/dns/dns.h"
#include "protocol/dns/domains.h"
#include "protocol/icmp/icmp.h"
#include "tests/protocol/fake_host.h"
#include "text/hex.h"

namespace outspan::protocol {
namespace {

using namespace std::string_literals;
using fake::kClient;
using fake::kServer;

constexpr std::string_view kSecret = "jane.roe@example.com;+1 202 555 0143;T-2026-118;room 7";

std::string u16(unsigned number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 255)};
}

/// Labels between dots.
std::string wire_name(const std::string& name) {
  std::string wire;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('.', at), name.size());
    wire += static_cast<char>(end - at) + name.substr(at, end - at);
    at = end + 1;
  }
  return wire + '\0';
}

std::string question(const std::string& name, unsigned type = 1) {
  return "id\x01\0\0\1\0\0\0\0\0\0"s + wire_name(name) + u16(type) + u16(1);
}

std::string answer(const std::string& name, const std::string& data, unsigned type = 16) {
  const std::string record = type == 16 ? static_cast<char>(data.size()) + data : data;
  return "id\x81\x80\0\1\0\1\0\0\0\0"s + wire_name(name) + u16(type) + u16(1) + "\xc0\x0c"s +
         u16(type) + u16(1) + "\0\0\0\0"s + u16(static_cast<unsigned>(record.size())) + record;
}

std::string base32(std::string_view text) {
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (count += 8; count >= 5; count -= 5)
      out += "abcdefghijklmnopqrstuvwxyz234567"[bits >> (count - 5) & 31];
  }
  if (count > 0) out += "abcdefghijklmnopqrstuvwxyz234567"[bits << (5 - count) & 31];
  return out;
}

std::string base64url(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (count += 8; count >= 6; count -= 6) out += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) out += kDigits[bits << (6 - count) & 63];
  return out;
}

std::vector<std::string> cut(std::string_view text, std::size_t bytes) {
  std::vector<std::string> pieces;
  for (; !text.empty(); text.remove_prefix(std::min(bytes, text.size())))
    pieces.emplace_back(text.substr(0, bytes));
  return pieces;
}

/// Neither text nor anything else, the same each time.
std::string noise(std::size_t bytes, unsigned seed = 1) {
  std::string out;
  for (; out.size() < bytes; seed = seed * 1664525 + 1013904223)
    out += static_cast<char>(seed >> 24);
  return out;
}

struct Sent {
  Side side;
  std::string datagram;
};
using Make = std::unique_ptr<DatagramParser> (*)(ParserHost&) noexcept;

/// Flows of one client, one of a datagram each or one of all.
struct Talk {
  Talk(Make make, std::uint8_t protocol, const std::vector<Sent>& sent, bool one_flow) {
    for (const Sent& each : sent) {
      if (hosts.empty() || !one_flow) {
        FlowInfo info = fake::Host::default_info();
        info.id = hosts.size() + 1;
        info.ip_protocol = protocol;
        hosts.push_back(
            std::make_unique<fake::Host>(std::array<bool, 2>{true, false}, std::move(info)));
        hosts.back()->state = &hosts.front()->own_state;
        parsers.push_back(make(*hosts.back()));
      }
      hosts.back()->account.deliver(each.side, each.datagram.size());
      EXPECT_TRUE(parsers.back()->on_datagram(each.side, as_bytes(each.datagram)));
    }
    for (const auto& parser : parsers) parser->on_close(flow::CloseReason::timeout);
    for (const auto& host : hosts) {
      EXPECT_EQ(host->account.pending(kClient), 0u);
      opaque += host->account.columns(kClient)[Column::opaque];
      for (const auto& object : host->sink.objects) text += object->text;
      anomalies += host->observer.anomalies.size();
    }
  }
  std::vector<std::unique_ptr<fake::Host>> hosts;
  std::vector<std::unique_ptr<DatagramParser>> parsers;
  std::string text;
  std::uint64_t opaque = 0;
  std::size_t anomalies = 0;
};

enum class Said { nothing, tunnel, opaque_tunnel };

struct Names {
  const char* name;
  std::vector<Sent> sent;
  std::string found{};  ///< empty: what is found does not matter
  Said said = Said::nothing;
};
class Dns : public testing::TestWithParam<std::tuple<Names, bool>> {};
TEST_P(Dns, IsJoinedAndSaid) {
  const auto& [names, one_flow] = GetParam();
  const Talk talk(dns::make, ip_protocol::kUdp, names.sent, one_flow);
  EXPECT_NE(talk.text.find(names.found), std::string::npos) << talk.text;
  EXPECT_EQ(talk.anomalies, names.said == Said::nothing ? 0u : 1u);
  EXPECT_EQ(talk.opaque > 0, names.said == Said::opaque_tunnel);
}

std::vector<Sent> questions(const std::vector<std::string>& pieces, const std::string& after,
                            unsigned type = 1, bool counted = false) {
  std::vector<Sent> sent;
  for (std::size_t i = 0; i < pieces.size(); ++i)
    sent.push_back(
        {kClient, question((counted ? std::to_string(i) + "." : "") + pieces[i] + after, type)});
  return sent;
}
std::vector<Sent> repeated(std::size_t count, std::vector<Sent> (*one)(unsigned)) {
  std::vector<Sent> all;
  for (unsigned i = 0; i < count; ++i)
    for (Sent& each : one(i)) all.push_back(std::move(each));
  return all;
}
std::vector<std::string> each_coded(std::string (*code)(std::string_view), std::size_t bytes) {
  auto pieces = cut(kSecret, bytes);
  for (std::string& piece : pieces) piece = code(piece);
  return pieces;
}
std::string hex(std::string_view text) { return text::to_hex(as_bytes(text)); }

const Names kNames[] = {
    {"plain", questions(cut("jane-roe-at-example-com", 5), ".example.org"),
     "jane-roe-at-example-com"},
    {"plain_below_a_name", questions(cut("jane-roe-at-example-com", 5), ".t1.example.org"),
     "jane-roe-at-example-com"},
    {"plain_and_counted", questions(cut("jane-roe-at-example-com", 5), ".example.org", 1, true),
     "jane-roe-at-example-com"},
    {"hex_of_pieces", questions(each_coded(hex, 7), ".example.org"), std::string(kSecret)},
    {"hex_counted_below_a_name", questions(each_coded(hex, 7), ".x.example.co.uk", 1, true),
     std::string(kSecret)},
    {"base32_of_pieces", questions(each_coded(base32, 10), ".example.org"), std::string(kSecret)},
    {"base64url_of_pieces", questions(each_coded(base64url, 7), ".example.org"),
     std::string(kSecret)},
    {"base32_cut_anywhere", questions(cut(base32(kSecret), 13), ".example.org"), base32(kSecret)},
    {"asked_twice",
     repeated(8,
              [](unsigned i) {
                return std::vector<Sent>(
                    2, {kClient, question(cut(hex(kSecret), 14)[i] + ".example.org")});
              }),
     std::string(kSecret)},
    {"iodine",
     repeated(20,
              [](unsigned i) {
                return std::vector<Sent>{
                    {kClient, question("p" + base32(noise(9, i)) + ".t.example.com", 10)},
                    {kServer, answer("p.t.example.com", noise(60, i), 10)}};
              }),
     "", Said::opaque_tunnel},
    {"filled_names_of_ciphertext",
     repeated(20,
              [](unsigned i) {
                return std::vector<Sent>{
                    {kClient,
                     question(hex(noise(31, i)) + "." + hex(noise(31, i + 99)) + ".example.com")}};
              }),
     "", Said::opaque_tunnel},
    {"filled_names_of_text",
     repeated(20,
              [](unsigned i) {
                const std::string text = hex("customer " + std::to_string(1000 + i) + " is known");
                return std::vector<Sent>{
                    {kClient, question(text + "." + text + "." + text + ".example.com")}};
              }),
     "customer 1007 is known", Said::tunnel},
    {"long_texts_for_short_questions",
     repeated(20,
              [](unsigned i) {
                const std::string name = hex(noise(11, i)) + ".d.example.org";
                return std::vector<Sent>{{kClient, question(name, 16)},
                                         {kServer, answer(name, base64url(noise(150, i)))}};
              }),
     "", Said::opaque_tunnel},
    {"benign_delivery_network",
     repeated(40,
              [](unsigned i) {
                return std::vector<Sent>{
                    {kClient, question("r" + std::to_string(i) + "---sn-" + base32(noise(5, i)) +
                                       ".video.example.com")}};
              })},
    {"benign_hashes_of_an_antivirus",
     repeated(200,
              [](unsigned i) {
                const std::string name = "4.0.19." + hex(noise(31, i)) + ".avqs.example.net";
                return std::vector<Sent>{{kClient, question(name)},
                                         {kServer, answer(name, "\x7f\0\0\1"s, 1)}};
              })},
    {"benign_antivirus_by_texts",
     repeated(200,
              [](unsigned i) {
                const std::string name = hex(noise(30, i)) + ".i.00.s.example.net";
                return std::vector<Sent>{{kClient, question(name, 16)},
                                         {kServer, answer(name, "v=1 verdict=clean ttl=600")}};
              })},
    {"benign_keys_of_mail",
     repeated(40,
              [](unsigned i) {
                const std::string name = "s1._domainkey.shop" + std::to_string(i) + ".example";
                return std::vector<Sent>{{kClient, question(name, 16)},
                                         {kServer, answer(name, base64url(noise(180, i)))}};
              })},
    {"benign_block_list",
     repeated(60,
              [](unsigned i) {
                const std::string name = std::to_string(i) + ".2.0.192.zen.example.org";
                return std::vector<Sent>{
                    {kClient, question(name, 16)},
                    {kServer, answer(name, "https://www.example.org/query/ip/192.0.2.1?why=" +
                                               std::string(70, 'x'))}};
              })},
    {"benign_reverse", repeated(60,
                                [](unsigned i) {
                                  return std::vector<Sent>{
                                      {kClient,
                                       question(std::to_string(i) + ".2.0.192.in-addr.arpa", 12)}};
                                })},
};
INSTANTIATE_TEST_SUITE_P(Covert, Dns, testing::Combine(testing::ValuesIn(kNames), testing::Bool()),
                         [](const auto& test) {
                           return std::get<0>(test.param).name +
                                  (std::get<1>(test.param) ? "_in_one_flow"s : "_in_many"s);
                         });

std::string filler(std::size_t from, std::size_t to) {
  std::string bytes;
  for (; from < to; ++from) bytes += static_cast<char>(from);
  return bytes;
}

const Names kEchos[] = {
    {"whole_payloads",
     repeated(8,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, cut(kSecret, 7)[i]}};
              }),
     std::string(kSecret)},
    {"hex_of_pieces",
     repeated(8,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, hex(cut(kSecret, 7)[i])}};
              }),
     std::string(kSecret)},
    {"patterns_of_ping",
     repeated(4,
              [](unsigned i) {
                std::string payload;
                const std::string piece = cut(kSecret.substr(0, 52), 13)[i];
                while (payload.size() < 56) payload += piece;
                return std::vector<Sent>{{kClient, noise(16, i) + payload.substr(16, 40)}};
              }),
     std::string(kSecret.substr(0, 52))},
    {"packets_of_another_network",
     repeated(20,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, "\x45"s + noise(90, i)}};
              }),
     "", Said::opaque_tunnel},
    {"ptunnel",
     repeated(4,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, "\xd5\x20\x08\x80" + noise(24) + noise(90, i)}};
              }),
     "", Said::opaque_tunnel},
    {"ptunnel_with_text",
     repeated(4,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, "\xde\xad\xc0\xde" + noise(24, i) +
                                                       cut(kSecret.substr(0, 52), 13)[i]}};
              }),
     std::string(kSecret.substr(0, 52)), Said::tunnel},
    {"benign_ping_of_linux", repeated(60,
                                      [](unsigned i) {
                                        return std::vector<Sent>{
                                            {kClient, noise(16, i) + filler(16, 56)},
                                            {kServer, noise(16, i) + filler(16, 56)}};
                                      })},
    {"benign_ping_of_bsd",
     repeated(60,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, noise(8, i) + filler(8, 56)}};
              })},
    {"benign_ping_of_windows",
     repeated(60,
              [](unsigned) {
                return std::vector<Sent>{{kClient, "abcdefghijklmnopqrstuvwabcdefghi"}};
              })},
    {"benign_search_for_the_mtu",
     repeated(60,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, noise(16, i) + std::string(500 + i * 16, '\0')}};
              })},
    {"benign_large_ping",
     repeated(60,
              [](unsigned i) {
                return std::vector<Sent>{{kClient, noise(16, i) + filler(16, 1400 + i)}};
              })},
};
class Icmp : public testing::TestWithParam<Names> {};
TEST_P(Icmp, IsJoinedAndSaid) {
  const Talk talk(icmp::make, ip_protocol::kIcmp, GetParam().sent, true);
  EXPECT_NE(talk.text.find(GetParam().found), std::string::npos) << talk.text;
  EXPECT_EQ(talk.anomalies, GetParam().said == Said::nothing ? 0u : 1u);
  EXPECT_EQ(talk.opaque > 0, GetParam().said == Said::opaque_tunnel);
}
INSTANTIATE_TEST_SUITE_P(Covert, Icmp, testing::ValuesIn(kEchos),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Dns, WhatManyNamesHoldIsBounded) {
  dns::Domains domains;
  std::uint64_t held = 0;
  for (unsigned i = 0; i < 3000; ++i) {
    const dns::Domains::Key key{*IpAddress::parse("10.20.0.7"), std::to_string(i) + ".example"};
    for (unsigned name = 0; name < 8; ++name) {
      const std::string asked =
          question(hex(noise(31, name)) + "." + hex(noise(31, i)) + ".a.example");
      dns::Domain& domain = domains.of(key);
      domain.ask(*dns::parse(as_bytes(asked)), 2);
      domains.changed(domain);
    }
  }
  for (unsigned i = 0; i < 3000; ++i)
    if (auto* domain =
            domains.find({*IpAddress::parse("10.20.0.7"), std::to_string(i) + ".example"}))
      held += domain->held_bytes();
  EXPECT_LE(held, dns::Domains::kHeldMax);
  EXPECT_GT(held, dns::Domains::kHeldMax / 2);
}

TEST(Dns, IodineWithoutDnsIsSaid) {
  std::vector<Sent> sent;
  for (unsigned i = 0; i < 4; ++i) sent.push_back({kClient, "\x10\xd1\x9e\x20" + noise(90, i)});
  const Talk talk(dns::make, ip_protocol::kUdp, sent, true);
  EXPECT_EQ(talk.anomalies, 1u);
  EXPECT_EQ(talk.opaque, 4u * 94);
}

TEST(Dns, WhatIsNoMessageIsLeftToOthers) {
  FlowInfo info = fake::Host::default_info();
  info.ip_protocol = ip_protocol::kUdp;
  const fake::Host host({true, true}, info);
  EXPECT_TRUE(dns::recognise(host.context, kClient, as_bytes(question("www.example.com"))));
  const std::string good = question("www.example.com");
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes)
    EXPECT_FALSE(dns::recognise(host.context, kClient, as_bytes(good.substr(0, bytes))));
  for (const std::string& bad :
       {question(std::string(64, 'x') + ".example.com"), question(""),
        question("a.b").replace(5, 1, "\2"), question("a.b").replace(2, 1, "\x28")})
    EXPECT_FALSE(dns::recognise(host.context, kClient, as_bytes(bad))) << hex(bad);
}

}  // namespace
}  // namespace outspan::protocol
