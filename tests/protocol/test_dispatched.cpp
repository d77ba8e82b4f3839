#include <gtest/gtest.h>

#include "protocol/dispatch/carried_objects.h"
#include "protocol/dispatch/dispatcher.h"
#include "tests/protocol/fake_host.h"
#include "tests/protocol/tls_records.h"

/// Control connections and what grows out of them, through the dispatcher.
namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;

/// A flow in a pipeline: account, context and sink.
struct Flow {
  Flow(Dispatcher& dispatcher, FlowInfo flow_info)
      : info(std::move(flow_info)),
        account(ledger, {Direction::outbound, Direction::inbound}, {true, true}),
        context(info, account, observer) {
    context.now.time = timestamp_from_ns(1'000'000'000);
    sink = dispatcher.open(context);
  }
  void data(Side side, const std::string& bytes) {
    account.deliver(side, bytes.size());
    sink->on_data(side, 0, as_bytes(bytes));
  }
  void close() {
    sink->on_close(flow::CloseReason::fin);
    EXPECT_EQ(account.pending(kClient) + account.pending(kServer), 0u);
  }

  FlowInfo info;
  Ledger ledger;
  ChargingAccount account;
  fake::Observer observer;
  FlowContext context;
  std::unique_ptr<flow::StreamSink> sink;
};

FlowInfo ends(std::uint16_t client_port, std::uint16_t server_port) {
  FlowInfo info = fake::Host::default_info();
  info.ends[0].port = client_port;
  info.ends[1].port = server_port;
  return info;
}

struct Pipeline {
  config::Config config;
  fake::Sink objects;
  Dispatcher dispatcher{config, objects};

  std::string text(std::string_view name) const {
    for (const auto& object : objects.objects)
      if (object->info.name == name) return object->text;
    return {};
  }
};

TEST(FtpFlow, DataConnectionIsTheTransfer) {
  Pipeline pipeline;
  Flow control(pipeline.dispatcher, ends(40000, 21));
  control.data(kServer, "220 ready\r\n");
  control.data(kClient, "USER anna\r\n");
  control.data(kClient, "PASS secret\r\nPASV\r\n");
  control.data(kServer,
               "331 password\r\n230 in\r\n227 Entering Passive Mode (203,0,113,9,19,137)\r\n");
  control.data(kClient, "STOR customers.csv\r\n");
  Flow data(pipeline.dispatcher, ends(40001, 5001));
  data.data(kClient, "GET / HTTP/1.1\r\n");  // whatever it looks like
  data.close();
  control.close();
  EXPECT_EQ(pipeline.text("STOR customers.csv"), "[body customers.csv]GET / HTTP/1.1\r\n[/]");
  EXPECT_EQ(control.account.app().name(), "ftp");
  EXPECT_EQ(data.account.app().name(), "ftp-data");
}

TEST(FtpFlow, ProtectedDataConnectionIsTls) {
  Pipeline pipeline;
  Flow control(pipeline.dispatcher, ends(40000, 21));
  control.data(kServer, "229 Entering Extended Passive Mode (|||5001|)\r\n");
  Flow data(pipeline.dispatcher, ends(40001, 5001));
  const std::string hello = tls_bytes::record(22, tls_bytes::client_hello("ftp.example.com"));
  data.data(kClient, hello);
  data.data(kClient, tls_bytes::record(23, tls_bytes::noise(900)));
  data.close();
  control.close();
  EXPECT_STREQ(data.context.encryption.reason, "tls");
  EXPECT_EQ(data.account.columns(kClient)[Column::encrypted], hello.size() + 905);
}

TEST(SmtpFlow, StartTlsIsEncryptedFromThereOn) {
  Pipeline pipeline;
  Flow mail(pipeline.dispatcher, ends(40000, 587));
  const std::string commands = "EHLO a.example.com\r\nSTARTTLS\r\n";
  const std::string hello = tls_bytes::record(22, tls_bytes::client_hello("mx.example.test"));
  mail.data(kServer, "220 mx.example.test ESMTP\r\n");
  mail.data(kClient, commands);
  mail.data(kServer, "250 mx.example.test\r\n220 go\r\n");
  mail.data(kClient, hello);
  mail.data(kServer, tls_bytes::record(22, tls_bytes::server_hello(0x1301)));
  mail.data(kClient, tls_bytes::record(23, tls_bytes::noise(5000)));
  mail.close();
  EXPECT_EQ(mail.account.columns(kClient)[Column::inspected], commands.size());
  EXPECT_EQ(mail.account.columns(kClient)[Column::encrypted], hello.size() + 5005);
  EXPECT_EQ(mail.context.encryption.names().server_name, "mx.example.test");
  EXPECT_EQ(pipeline.text("smtp session"),
            "[commands]220 mx.example.test ESMTP\r\n250 mx.example.test\r\n220 go\r\n[/]");
}

TEST(CarriedObjects, AreCompletedWhereTheyAreSilent) {
  fake::Sink sink;
  CarriedObjects carried(sink);
  Actor outer;
  outer.user = "anna";
  outer.address = "192.0.2.7";
  Destination proxy;
  proxy.hostname = "files.example.org";
  carried.add(outer, proxy);
  Actor inner;
  inner.address = "192.0.2.8";
  carried.add(inner, {});

  fake::Host host;
  ObjectInfo info;
  info.destination.hostname = "own.example.org";
  const auto writer = carried.begin(host.context, kClient, info);
  const ObjectInfo& seen = sink.objects[0]->info;
  EXPECT_EQ(seen.actor.user, "anna");
  EXPECT_EQ(seen.actor.address, "192.0.2.8") << "the innermost layer knows best";
  EXPECT_EQ(seen.destination.hostname, "own.example.org");
  writer->info().actor = {};
  writer->begin_part({});
  EXPECT_EQ(seen.actor.user, "anna") << "again after the parser has written to it";
}

TEST(TlsFlow, WhatLeavesTheFramingIsScannedRaw) {
  Pipeline pipeline;
  Flow flow(pipeline.dispatcher, ends(40000, 443));
  flow.data(kClient, tls_bytes::record(22, tls_bytes::client_hello("a.example.com")));
  flow.data(kClient, "anna@example.com in clear\r\n");
  flow.data(kClient, "and more");
  flow.close();
  EXPECT_EQ(pipeline.text("tcp stream"), "[raw]anna@example.com in clear\r\nand more[/]");
}

TEST(TlsFlow, UnprovenAtTheEndIsScannedRaw) {
  Pipeline pipeline;
  Flow flow(pipeline.dispatcher, ends(40000, 443));
  const std::string text("\x17\x03\x03\x00\x40 anna@example.com", 22);
  flow.data(kClient, text);
  flow.close();
  EXPECT_EQ(pipeline.text("tcp stream"), "[raw]" + text + "[/]");
  EXPECT_EQ(flow.account.columns(kClient)[Column::inspected], text.size());
}

TEST(TlsFlow, HoleBeforeTheProofIsTold) {
  Pipeline pipeline;
  Flow flow(pipeline.dispatcher, ends(40000, 443));
  flow.data(kClient, std::string("\x17\x03\x03\x00\x40 anna@", 11));
  flow.sink->on_gap(kClient, 11, 7);
  flow.data(kClient, "example.com");
  flow.close();
  EXPECT_EQ(pipeline.text("tcp stream"),
            std::string("[raw]\x17\x03\x03\x00\x40 anna@", 16) + "<gap 7>example.com[/]");
}

}  // namespace
}  // namespace outspan::protocol
