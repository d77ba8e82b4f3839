#include "alert/output/syslog_output.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "tests/alert/receiver.h"
#include "tests/alert/samples.h"
#include "tests/support/temporary_folder.h"

namespace outspan::alert {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

std::unique_ptr<SyslogOutput> output_to(const std::string& url_text, const config::Config& config,
                                        SyslogOutput::Patience patience = {}) {
  auto url = parse_syslog_url(url_text);
  auto addresses = resolve(*url);
  return std::make_unique<SyslogOutput>(url_text, url->transport, *addresses, SyslogFormat(config),
                                        EventFilter({}, config), patience);
}
std::string tcp_url(std::uint16_t port) { return "tcp://127.0.0.1:" + std::to_string(port); }

Event numbered(int number) {
  Event event = sample_alert();
  std::get<policy::Incident>(event.body).id = std::to_string(100000 + number);
  return event;
}
std::string id_of(const std::string& record) {
  const std::size_t at = record.find("incident_id=\"") + 13;
  return record.substr(at, 6);
}
std::uint64_t counter(const SyslogOutput& output, std::string_view name) {
  Stats stats;
  output.report(stats);
  return stats.value("output.syslog." + std::string(name));
}

TEST(SyslogOutput, UdpIsOneDatagramARecord) {
  DatagramReceiver receiver;
  const config::Config config;
  auto output = output_to("udp://127.0.0.1:" + std::to_string(receiver.port()), config);
  output->write(numbered(1));
  output->write(hostile_alert(std::string(5000, 'x')));
  const auto first = receiver.read();
  ASSERT_TRUE(first);
  EXPECT_THAT(*first, StartsWith("<131>1 "));
  EXPECT_EQ(id_of(*first), "100001");
  const auto second = receiver.read();
  ASSERT_TRUE(second);
  EXPECT_LE(second->size(), SyslogFormat::kDatagramBytesMax);
  EXPECT_EQ(counter(*output, "written"), 2u);
}

TEST(SyslogOutput, UnixDatagramSocket) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "log";
  DatagramReceiver receiver(path);
  const config::Config config;
  auto output = output_to("unix://" + path, config);
  output->write(numbered(1));
  const auto record = receiver.read();
  ASSERT_TRUE(record);
  EXPECT_THAT(*record, StartsWith("<131>1 "));
}

TEST(SyslogOutput, TcpCountsOctets) {
  TcpReceiver receiver;
  ASSERT_TRUE(receiver.ok());
  const config::Config config;
  auto output = output_to(tcp_url(receiver.port()), config);
  receiver.accept();
  for (int i = 0; i < 50; ++i) output->write(numbered(i));
  output->write(hostile_alert("line\nbreak"));
  EXPECT_TRUE(output->drain(milliseconds(2000)));
  const auto frames = frames_of(receiver.read());
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 51u);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(id_of((*frames)[static_cast<std::size_t>(i)]), std::to_string(100000 + i));
  EXPECT_EQ(counter(*output, "lost"), 0u);
}

TEST(SyslogOutput, TcpWaitsForAReceiverThatComesLater) {
  std::uint16_t port = TcpReceiver().port();  // free again at once
  const config::Config config;
  auto output = output_to(tcp_url(port), config);
  for (int i = 0; i < 5; ++i) output->write(numbered(i));
  EXPECT_EQ(counter(*output, "written"), 0u);
  EXPECT_THAT(output->take_problem(), HasSubstr("5 records not delivered: Connection refused"));
  EXPECT_EQ(output->take_problem(), "") << "said once";
  TcpReceiver receiver(port);
  ASSERT_TRUE(receiver.ok());
  EXPECT_TRUE(output->drain(milliseconds(5000)));
  receiver.accept();
  const auto frames = frames_of(receiver.read());
  ASSERT_TRUE(frames);
  EXPECT_EQ(frames->size(), 5u);
}

/// Every record reaches one of the receivers, in order within each, whatever way a receiver went.
void restart_receiver(void (*go_away)(TcpReceiver&)) {
  auto receiver = std::make_unique<TcpReceiver>();
  const std::uint16_t port = receiver->port();
  const config::Config config;
  auto output = output_to(tcp_url(port), config);
  receiver->accept();
  for (int i = 0; i < 10; ++i) output->write(numbered(i));
  ASSERT_TRUE(output->drain(milliseconds(2000)));
  std::string bytes = receiver->read();
  go_away(*receiver);
  receiver.reset();
  for (int i = 10; i < 20; ++i) output->write(numbered(i));
  receiver = std::make_unique<TcpReceiver>(port);
  ASSERT_TRUE(receiver->ok());
  for (int i = 20; i < 30; ++i) output->write(numbered(i));
  ASSERT_TRUE(output->drain(milliseconds(5000)));
  receiver->accept();
  const std::string later = receiver->read();
  const auto first_frames = frames_of(bytes);
  const auto later_frames = frames_of(later);
  ASSERT_TRUE(first_frames && later_frames);
  std::set<std::string> ids;
  for (const std::string& record : *first_frames) ids.insert(id_of(record));
  EXPECT_EQ(ids.size(), 10u);
  for (const std::string& record : *later_frames) ids.insert(id_of(record));
  EXPECT_EQ(ids.size(), 30u);
  EXPECT_EQ(counter(*output, "lost"), 0u);
  EXPECT_EQ(counter(*output, "connections"), 2u);
}
TEST(SyslogOutput, TcpGoesOnAfterTheReceiverHungUp) {
  restart_receiver([](TcpReceiver& receiver) { receiver.hang_up(); });
}
TEST(SyslogOutput, TcpGoesOnAfterAReset) {
  restart_receiver([](TcpReceiver& receiver) { receiver.reset(); });
}

TEST(SyslogOutput, AReceiverThatDoesNotReadCostsRecordsAndBoundedTime) {
  TcpReceiver receiver;
  const config::Config config;
  auto output = output_to(tcp_url(receiver.port()), config,
                          {64 * 1024, milliseconds(300), milliseconds(300)});
  receiver.accept();
  const auto begin = std::chrono::steady_clock::now();
  // More than the sockets' buffers take.
  for (int i = 0; i < 30'000 && counter(*output, "lost") < 100; ++i)
    output->write(hostile_alert(std::string(2000, 'x')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  EXPECT_GE(counter(*output, "lost"), 100u);
  EXPECT_THAT(output->take_problem(), HasSubstr("records not delivered"));
  receiver.reset();
}

TEST(SyslogOutput, NobodyThereNeverBlocks) {
  const std::uint16_t port = TcpReceiver().port();
  const config::Config config;
  auto output = output_to(tcp_url(port), config, {10'000, milliseconds(300), milliseconds(50)});
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) output->write(numbered(i));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_GT(counter(*output, "lost"), 900u);
  EXPECT_FALSE(output->drain(milliseconds(10)));
}

TEST(Resolve, AnUnknownHostIsAProblem) {
  auto url = parse_syslog_url("udp://no-such-host.invalid:514");
  const auto addresses = resolve(*url);
  ASSERT_FALSE(addresses.ok());
  EXPECT_EQ(addresses.problems()[0].where, "no-such-host.invalid");
}

}  // namespace
}  // namespace outspan::alert
