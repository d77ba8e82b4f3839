#include "alert/sink/syslog_sink.h"

#include <gmock/gmock.h>

#include <set>

#include "alert/format/syslog_format.h"
#include "tests/alert/outputs.h"
#include "tests/alert/receiver.h"

/// Syslog over UDP, TCP and Unix sockets, to receivers that the test reads by hand.
namespace outspan::alert {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string tcp_url(std::uint16_t port) { return "tcp://127.0.0.1:" + std::to_string(port); }

std::string id_of(const std::string& record) {
  const std::size_t at = record.find("incident_id=\"") + 13;
  return record.substr(at, 6);
}
std::set<std::string> ids_of(const std::vector<std::string>& records) {
  std::set<std::string> ids;
  for (const std::string& record : records) ids.insert(id_of(record));
  return ids;
}

TEST(SyslogSink, UdpIsOneDatagramARecord) {
  DatagramReceiver receiver;
  const config::Config config;
  auto output =
      open_output(syslog_to("udp://127.0.0.1:" + std::to_string(receiver.port())), config);
  output->write(numbered(1));
  output->write(hostile_alert(std::string(5000, 'x')));
  const auto first = receiver.read();
  ASSERT_TRUE(first);
  EXPECT_THAT(*first, StartsWith("<131>1 "));
  EXPECT_EQ(id_of(*first), "100001");
  const auto second = receiver.read();
  ASSERT_TRUE(second);
  EXPECT_LE(second->size(), SyslogFormat::kDatagramBytesMax);
  EXPECT_EQ(ended(*output), "");
  EXPECT_EQ(output->state().written, 2u);
}

TEST(SyslogSink, UdpWaitsWhereNobodyListens) {
  std::uint16_t port = DatagramReceiver().port();  // free again at once
  const config::Config config;
  auto output = open_output(syslog_to("udp://127.0.0.1:" + std::to_string(port)), config);
  for (int i = 0; i < 5; ++i) output->write(numbered(i));
  ASSERT_TRUE(within(kPatience, [&] { return output->state().away; }));
  DatagramReceiver receiver(port);
  std::set<std::string> ids;
  while (ids.size() < 5) {
    const auto record = receiver.read(2000);
    ASSERT_TRUE(record) << ids.size();
    ids.insert(id_of(*record));
  }
  EXPECT_EQ(ended(*output), "");
}

TEST(SyslogSink, UnixDatagramSocket) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "log";
  DatagramReceiver receiver(path);
  const config::Config config;
  auto output = open_output(syslog_to("unix://" + path), config);
  output->write(numbered(1));
  const auto record = receiver.read();
  ASSERT_TRUE(record);
  EXPECT_THAT(*record, StartsWith("<131>1 "));
}

TEST(SyslogSink, TcpCountsOctets) {
  TcpReceiver receiver;
  ASSERT_TRUE(receiver.ok());
  const config::Config config;
  auto output = open_output(syslog_to(tcp_url(receiver.port())), config);
  receiver.accept();
  for (int i = 0; i < 50; ++i) output->write(numbered(i));
  output->write(hostile_alert("line\nbreak"));
  const auto frames = frames_of(receiver.read());
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 51u);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(id_of((*frames)[static_cast<std::size_t>(i)]), std::to_string(100000 + i));
  receiver.hang_up();
  EXPECT_EQ(ended(*output), "");
}

TEST(SyslogSink, TcpWithLineFeeds) {
  TcpReceiver receiver;
  const config::Config config;
  config::Output its = syslog_to(tcp_url(receiver.port()));
  its.framing = config::SyslogFraming::line_feed;
  auto output = open_output(its, config);
  receiver.accept();
  output->write(numbered(1));
  output->write(hostile_alert("line\nbreak"));
  const std::string text = receiver.read();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, StartsWith("<131>1 "));
  EXPECT_THAT(text, EndsWith("\n"));
}

TEST(SyslogSink, ALimitOfItsOwn) {
  DatagramReceiver receiver;
  const config::Config config;
  config::Output its = syslog_to("udp://127.0.0.1:" + std::to_string(receiver.port()));
  its.max_bytes = 2000;
  auto output = open_output(its, config);
  output->write(hostile_alert(std::string(5000, 'x')));
  const auto record = receiver.read();
  ASSERT_TRUE(record);
  EXPECT_GT(record->size(), SyslogFormat::kDatagramBytesMax);
  EXPECT_LE(record->size(), 2000u);
}

TEST(SyslogSink, TcpWaitsForAReceiverThatComesLater) {
  std::uint16_t port = TcpReceiver().port();  // free again at once
  const config::Config config;
  auto output = open_output(syslog_to(tcp_url(port)), config);
  for (int i = 0; i < 5; ++i) output->write(numbered(i));
  std::vector<NoticeEvent> notices;
  ASSERT_TRUE(within(kPatience, [&] { return !(notices = output->take_notices()).empty(); }));
  EXPECT_EQ(output->state().written, 0u);
  EXPECT_THAT(notices[0].detail, HasSubstr("Connection refused"));
  TcpReceiver receiver(port);
  ASSERT_TRUE(receiver.ok());
  receiver.accept(3000);
  const auto frames = frames_of(receiver.read());
  ASSERT_TRUE(frames);
  EXPECT_EQ(frames->size(), 5u);
}

TEST(SyslogSink, WhatNobodyTakesIsToldAtTheEnd) {
  const std::uint16_t port = TcpReceiver().port();
  const config::Config config;
  auto output = open_output(syslog_to(tcp_url(port)), config);
  for (int i = 0; i < 5; ++i) output->write(numbered(i));
  EXPECT_THAT(ended(*output), HasSubstr("5 events not delivered: Connection refused"));
}

/// Every record reaches one of the receivers, whatever way the first one went, with a queue and
/// with a spool.
void restart_receiver(void (*go_away)(TcpReceiver&), bool with_spool, std::uint64_t repeats_max) {
  SCOPED_TRACE(with_spool ? "spool" : "queue");
  const TemporaryFolder folder;
  const config::Config config;
  std::optional<SpoolOf> spool;
  if (with_spool) spool.emplace(folder.path() / "spool", config);
  auto receiver = std::make_unique<TcpReceiver>();
  const std::uint16_t port = receiver->port();
  auto output = open_output(syslog_to(tcp_url(port)), config, spool ? spool->spool.get() : nullptr);
  const auto write = [&](int first, int last) {
    for (int i = first; i < last; ++i)
      spool ? spool->write(numbered(i)) : output->write(numbered(i));
  };
  receiver->accept();
  write(0, 10);
  const std::string bytes = receiver->read();
  go_away(*receiver);
  receiver.reset();
  write(10, 20);
  receiver = std::make_unique<TcpReceiver>(port);
  ASSERT_TRUE(receiver->ok());
  write(20, 30);
  receiver->accept(5000);
  const auto first = frames_of(bytes);
  const auto later = frames_of(receiver->read());
  ASSERT_TRUE(first && later);
  std::set<std::string> ids = ids_of(*first);
  EXPECT_EQ(ids.size(), 10u);
  ids.merge(ids_of(*later));
  EXPECT_EQ(ids.size(), 30u);
  EXPECT_LE(output->state().resent, repeats_max);
  EXPECT_EQ(output->state().lost, 0u);
  EXPECT_EQ(output->state().connections, 2u);
}
TEST(SyslogSink, TcpGoesOnAfterTheReceiverHungUp) {
  for (const bool with_spool : {false, true})
    restart_receiver([](TcpReceiver& receiver) { receiver.hang_up(); }, with_spool, 10);
}
TEST(SyslogSink, TcpGoesOnAfterAReset) {
  for (const bool with_spool : {false, true})
    restart_receiver([](TcpReceiver& receiver) { receiver.reset(); }, with_spool, 10);
}

/// A receiver that is killed loses what its kernel had taken and it had not read.
TEST(SyslogSink, WhatAKilledReceiverHadNotReadIsSentAgain) {
  const TemporaryFolder folder;
  const config::Config config;
  SpoolOf spool(folder.path() / "spool", config);
  auto receiver = std::make_unique<TcpReceiver>();
  const std::uint16_t port = receiver->port();
  auto output = open_output(syslog_to(tcp_url(port)), config, spool.spool.get());
  receiver->accept();
  for (int i = 0; i < 100; ++i) spool.write(numbered(i));
  EXPECT_TRUE(within(kPatience, [&] { return output->state().written == 100; }));
  receiver.reset();  // the kernel answers with a reset
  receiver = std::make_unique<TcpReceiver>(port);
  ASSERT_TRUE(receiver->ok());
  receiver->accept(5000);
  const auto frames = frames_of(receiver->read());
  ASSERT_TRUE(frames);
  EXPECT_EQ(ids_of(*frames).size(), 100u);
}

TEST(SyslogSink, AReceiverThatDoesNotReadCostsALiveSensorRecordsAndNoTime) {
  TcpReceiver receiver;
  const config::Config config;
  auto output = open_output(syslog_to(tcp_url(receiver.port())), config, nullptr, true);
  receiver.accept();
  const auto begin = std::chrono::steady_clock::now();
  // More than the sockets' buffers and the queue take.
  for (int i = 0; i < 60'000 && output->state().lost < 100; ++i)
    output->write(hostile_alert(std::string(2000, 'x')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  EXPECT_GE(output->state().lost, 100u);
  receiver.reset();
}

TEST(SyslogSink, ASlowReaderGetsEverything) {
  TcpReceiver receiver;
  receiver.take_little();
  const config::Config config;
  const TemporaryFolder folder;
  SpoolOf spool(folder.path() / "spool", config);
  auto output = open_output(syslog_to(tcp_url(receiver.port())), config, spool.spool.get());
  receiver.accept();
  for (int i = 0; i < 2000; ++i) spool.write(numbered(i));
  std::string bytes;
  std::ptrdiff_t begun = 0;
  // The last frame has begun, and then it is there as a whole.
  while (begun < 2000 || !frames_of(bytes)) {
    const std::string more = receiver.read_some(10'000, 30'000);
    if (more.empty()) break;
    begun += std::count(more.begin(), more.end(), '<');
    bytes += more;
    std::this_thread::sleep_for(milliseconds(1));
  }
  const auto frames = frames_of(bytes);
  ASSERT_TRUE(frames);
  EXPECT_EQ(ids_of(*frames).size(), 2000u);
  EXPECT_EQ(output->state().resent, 0u);
}

TEST(Resolve, AnUnknownHostIsAProblemOfAReplay) {
  const config::Config config;
  const config::Output its = syslog_to("udp://no-such-host.invalid:514");
  const auto made = make_output(its, config, {nullptr, false, not_stopping()});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.problems()[0].where, "no-such-host.invalid");
  EXPECT_TRUE(make_output(its, config, {nullptr, true, not_stopping()}).ok()) << "live asks again";
}

}  // namespace
}  // namespace outspan::alert
