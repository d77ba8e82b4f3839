#include "alert/event/event_codec.h"

#include <gtest/gtest.h>

#include "alert/event/event_id.h"
#include "alert/format/json_format.h"
#include "tests/alert/samples.h"

namespace outspan::alert {
namespace {

TEST(EventCodec, EveryEventIsTheSameAfterwards) {
  std::vector<Event> events = all_samples();
  for (const std::string& text : hostile_texts()) events.push_back(hostile_alert(text));
  for (const Event& event : events) {
    const auto copy = decode(encode(event));
    ASSERT_TRUE(copy) << to_json(event, "s");
    EXPECT_EQ(to_json(*copy, "s"), to_json(event, "s"));
    EXPECT_EQ(encode(*copy), encode(event));
  }
}

TEST(EventCodec, TimesBefore1970AndNumbersAtTheirEnds) {
  Event event = sample_alert();
  event.time = timestamp_from_ns(-1);
  event.first_packet = UINT64_MAX;
  auto& incident = std::get<policy::Incident>(event.body);
  incident.flow.ip_protocol = 255;
  incident.flow.source.port = 65535;
  EXPECT_EQ(to_json(*decode(encode(event)), "s"), to_json(event, "s"));
}

/// Where the length of the body stands: behind the id and its length, the time, and the body's
/// kind.
std::size_t body_length_at(const Event& event) { return 1 + event.id.size() + 8 + 1; }

TEST(EventCodec, FieldsOfALaterVersionArePassedOver) {
  Event event = sample_notice();
  event.evidence.emplace().missing = "busy";  // a later field comes after all that are known
  std::vector<std::uint8_t> bytes = encode(event);
  const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(body_length_at(event));
  const std::uint8_t size = *at;
  ASSERT_LT(size, 0x7d) << "one byte of LEB128";
  *at = static_cast<std::uint8_t>(size + 3);
  bytes.insert(at + 1 + size, {1, 2, 3});
  bytes.insert(bytes.end(), {4, 5, 6});
  const auto copy = decode(bytes);
  ASSERT_TRUE(copy);
  EXPECT_EQ(to_json(*copy, "s"), to_json(event, "s"));
}

TEST(EventCodec, FieldsThatAnEarlierVersionDidNotWriteKeepTheirDefaults) {
  Event event = sample_notice();
  event.capture_file.clear();
  std::vector<std::uint8_t> bytes = encode(event);
  bytes.resize(bytes.size() - 3);  // capture_file, first_packet, last_packet
  const auto copy = decode(bytes);
  ASSERT_TRUE(copy);
  EXPECT_EQ(to_json(*copy, "s"), to_json(event, "s"));
}

TEST(EventCodec, WhatIsNoEventIsRefused) {
  EXPECT_FALSE(decode({}));
  for (const Event& event : all_samples()) {
    std::vector<std::uint8_t> bytes = encode(event);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      decode(Bytes(bytes).first(
          size));  // says no, or an event with less in it, and reads no byte too many
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      const std::uint8_t before = std::exchange(bytes[at], 0xff);
      decode(bytes);
      bytes[at] = before;
    }
  }
  std::vector<std::uint8_t> body_of_no_kind = encode(sample_notice());
  body_of_no_kind[body_length_at(sample_notice()) - 1] = 100;
  EXPECT_FALSE(decode(body_of_no_kind));
}

TEST(EventIds, AnAlertIsNamedByIncidentStateAndNumber) {
  Event event = sample_alert();
  EXPECT_EQ(EventIds("s").next(event), "0123456789abcdef-new-0");
  auto& incident = std::get<policy::Incident>(event.body);
  incident.state = policy::IncidentState::updated;
  incident.sequence = 3;
  EXPECT_EQ(EventIds("other").next(event), "0123456789abcdef-update-3");
}

TEST(EventIds, OtherEventsAreNamedByWhatTheySay) {
  const Event spot = sample_blind_spot();
  const std::string id = EventIds("s").next(spot);
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(EventIds("s").next(spot), id) << "in another run";
  EXPECT_NE(EventIds("t").next(spot), id) << "of another sensor";
  Event later = spot;
  later.time += std::chrono::nanoseconds(1);
  EXPECT_NE(EventIds("s").next(later), id);
}

TEST(EventIds, TheSameTwiceInABatchAreTwo) {
  EventIds ids("s");
  const std::string first = ids.next(sample_blind_spot());
  EXPECT_EQ(ids.next(sample_blind_spot()), first + "-1");
  EXPECT_EQ(ids.next(sample_blind_spot()), first + "-2");
  ids.begin_batch();
  EXPECT_EQ(ids.next(sample_blind_spot()), first);
}

}  // namespace
}  // namespace outspan::alert
