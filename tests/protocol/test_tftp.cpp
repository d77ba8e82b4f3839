#include "protocol/tftp/tftp.h"

#include <gtest/gtest.h>

#include "tests/protocol/fake_host.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Step;
using fake::Talk;
using namespace std::string_literals;

std::string u16(std::uint64_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
Step write(const std::string& options = "") {
  return {kClient, "\0\2"s + "a.csv\0octet\0"s + options};
}
Step read(const std::string& options = "") {
  return {kClient, "\0\1"s + "a.csv\0octet\0"s + options};
}
Step data(Side side, std::uint64_t number, const std::string& bytes) {
  return {side, "\0\3"s + u16(number) + bytes};
}
Step ack(Side side, std::uint64_t number) { return {side, "\0\4"s + u16(number)}; }
Step oack(const std::string& options) { return {kServer, "\0\6"s + options}; }

const std::string kBlock(512, 'x');
std::string letters(char letter, std::size_t size) { return std::string(size, letter); }

struct TftpCase {
  const char* name;
  Talk talk;  ///< the first is the request, in a flow of its own
  const char* object;
  std::string text;
};

const TftpCase kCases[] = {
    {"written",
     {write(), ack(kServer, 0), data(kClient, 1, kBlock), ack(kServer, 1), data(kClient, 2, "end"),
      ack(kServer, 2)},
     "WRQ a.csv",
     "[body a.csv]" + kBlock + "end[/]"},
    {"read",
     {read(), data(kServer, 1, kBlock), ack(kClient, 1), data(kServer, 2, "end")},
     "RRQ a.csv",
     "[body a.csv]" + kBlock + "end[/]"},
    {"larger_blocks",
     {read("blksize\0001024\0"s), oack("blksize\0001000\0"s), data(kServer, 1, letters('a', 1000)),
      data(kServer, 2, "end")},
     "RRQ a.csv",
     "[body a.csv]" + letters('a', 1000) + "end[/]"},
    {"size_of_blocks_that_was_not_seen",
     {write("blksize\0001024\0"s), data(kClient, 1, letters('a', 1000)), data(kClient, 2, "end")},
     "WRQ a.csv",
     "[body a.csv]" + letters('a', 1000) + "end[/]"},
    {"server_that_refuses_options",
     {read("blksize\0001024\0"s), data(kServer, 1, kBlock), data(kServer, 2, "end")},
     "RRQ a.csv",
     "[body a.csv]" + kBlock + "end[/]"},
    {"lost_in_a_window_and_sent_again",
     {read(), data(kServer, 1, kBlock), data(kServer, 3, "end"), ack(kClient, 1),
      data(kServer, 2, letters('b', 512))},
     "RRQ a.csv",
     "[body a.csv]" + kBlock + letters('b', 512) + "end[/]"},
    {"block_that_never_comes",
     {read(), data(kServer, 1, kBlock), data(kServer, 3, "end")},
     "RRQ a.csv",
     "[body a.csv]" + kBlock + "<gap 512>end[/]<cut short>"},
    {"begins_in_the_middle",
     {read(), data(kServer, 2, letters('b', 512)), data(kServer, 3, "end")},
     "RRQ a.csv",
     "[body a.csv]<gap 512>" + letters('b', 512) + "end[/]<cut short>"},
    {"empty_file", {write(), data(kClient, 1, "")}, "WRQ a.csv", ""},
};

struct Flow {
  explicit Flow(SharedState& state) : host({true, true}, info()) { host.state = &state; }
  static FlowInfo info() {
    FlowInfo flow = fake::Host::default_info();
    flow.ip_protocol = ip_protocol::kUdp;
    return flow;
  }
  bool datagram(const Step& step) {
    host.account.deliver(step.side, step.text.size());
    return parser->on_datagram(step.side, as_bytes(step.text));
  }
  void close() {
    parser->on_close(flow::CloseReason::timeout);
    EXPECT_EQ(host.account.pending(kClient) + host.account.pending(kServer), 0u);
  }
  fake::Host host;
  std::unique_ptr<DatagramParser> parser;
};

/// `other_port`: the server answers from a new one.
std::string played(const TftpCase& each, bool other_port) {
  SharedState state;
  Flow requests(state), transfer(state);
  requests.parser = tftp::make(requests.host);
  EXPECT_TRUE(requests.datagram(each.talk[0]));
  if (other_port) {
    transfer.host.info.ends[1].port = 50000;
    auto expected = state.get<Expectations>().claim(transfer.host.info, {});
    if (!expected.datagrams) return "not expected";
    transfer.parser = expected.datagrams(transfer.host);
  }
  Flow& flow = other_port ? transfer : requests;
  for (std::size_t i = 1; i < each.talk.size(); ++i) EXPECT_TRUE(flow.datagram(each.talk[i])) << i;
  requests.close();
  if (other_port) transfer.close();
  return flow.host.object(each.object).text;
}

TEST(Tftp, Transfers) {
  for (const TftpCase& each : kCases) {
    EXPECT_EQ(played(each, true), each.text) << each.name;
    EXPECT_EQ(played(each, false), each.text) << each.name << ", from the port of the request";
  }
}

TEST(Tftp, NumbersBeginAnew) {
  for (const bool to_one : {false, true}) {
    SharedState state;
    Flow flow(state);
    flow.parser = tftp::make(flow.host);
    flow.datagram(write(to_one ? "blksize\0008\0rollover\0001\0"s : "blksize\0008\0"s));
    for (std::uint64_t i = 1; i <= 140'000; ++i)
      flow.datagram(data(kClient, to_one ? (i - 1) % 65535 + 1 : i % 65536, "12345678"));
    flow.datagram(data(kClient, to_one ? (140'001 - 1) % 65535 + 1 : 140'001 % 65536, "end"));
    const std::string& text = flow.host.object("WRQ a.csv").text;
    EXPECT_EQ(flow.host.sink.objects.size(), 2u) << "the request, and a file";
    EXPECT_EQ(text.size(), std::string("[body a.csv]end[/]").size() + 8 * 140'000);
    flow.close();
  }
}

TEST(Tftp, OtherDatagramsAreNotTaken) {
  const std::string not_requests[] = {
      "",
      "\0\1"s,
      "\0\1a.csv"s,
      "\0\1a.csv\0text\0"s,
      "\0\1a.csv\0octet\0blksize\0"s,
      "\0\1a.csv\0octet\0more"s,
      "\0\1\0octet\0"s,
      "\0\1a\1b\0octet\0"s,
      "\0\3\0\1a.csv\0octet\0"s,
      "\0\1"s + letters('a', 600) + "\0octet\0"s,
  };
  SharedState state;
  Flow flow(state);
  for (const std::string& each : not_requests)
    EXPECT_FALSE(tftp::recognise(flow.host.context, kClient, as_bytes(each)));
  EXPECT_TRUE(tftp::recognise(flow.host.context, kClient, as_bytes(write().text)));
  flow.parser = tftp::make(flow.host);
  flow.datagram(write());
  flow.datagram(data(kClient, 1, "anna"));
  EXPECT_FALSE(flow.parser->on_datagram(kServer, as_bytes(data(kServer, 1, "berta").text)))
      << "only one side sends a file";
  EXPECT_FALSE(flow.parser->on_datagram(kServer, as_bytes("\0\7text"s)));
  flow.close();
}

}  // namespace
}  // namespace outspan::protocol
