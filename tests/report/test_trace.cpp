#include "report/trace.h"

#include <gtest/gtest.h>

namespace outspan::report {
namespace {

std::string record(int row, const std::string& time, const std::string& to) {
  return R"({"timestamp":")" + time +
         R"(","event_type":"record","sensor":"s","direction":"internal",)" +
         R"("src_ip":"10.0.0.7","dest_ip":")" + to +
         R"(","app_proto":"http","actor":{"user":"jdoe"},)" +
         R"("object":{"path":["POST /upload","a.zip"]},"record":{"index":"i","row":)" +
         std::to_string(row) +
         R"(,"columns":["email"]},"capture":{"file":"x.pcap","last_packet":9}})";
}

Json traced(const std::vector<std::string>& lines) {
  Trace trace(10);
  for (const std::string& line : lines) trace.add(line);
  return Json::parse(trace.json());
}

TEST(Trace, OneWayOfACustomerIsOneSight) {
  const Json json = traced({record(3, "2026-01-31T12:05:00Z", "192.0.2.1"),
                            record(3, "2026-01-31T12:00:00Z", "192.0.2.1"),
                            record(3, "2026-01-31T12:09:00Z", "192.0.2.2")});
  ASSERT_EQ(json["sights"].size(), 2u);
  const Json& sight = json["sights"][0];
  EXPECT_EQ(sight["row"], 3);
  EXPECT_EQ(sight["first"], "2026-01-31T12:00:00.000000000Z");
  EXPECT_EQ(sight["last"], "2026-01-31T12:05:00.000000000Z");
  EXPECT_EQ(sight["objects"], 2);
  EXPECT_EQ(sight["from"], "10.0.0.7 (jdoe)");
  EXPECT_EQ(sight["how"], "http: POST /upload > a.zip");
  EXPECT_EQ(json["rows_seen"], 1);
  EXPECT_EQ(json["rows"], 10);
}

TEST(Trace, WhoAsksForItReceivesIt) {
  const Json json = traced(
      {R"({"timestamp":"2026-01-31T12:00:00Z","event_type":"record","sensor":"s",)"
       R"("direction":"internal","src_ip":"10.0.9.5","dest_ip":"10.0.0.7","app_proto":"http",)"
       R"("actor":{"user":"jdoe"},"destination":{"hostname":"crm.example"},)"
       R"("object":{"path":["200 GET /"]},"record":{"index":"i","row":3,"answer":true}})"});
  ASSERT_EQ(json["sights"].size(), 1u);
  EXPECT_EQ(json["sights"][0]["from"], "10.0.9.5 (crm.example)");
  EXPECT_EQ(json["sights"][0]["to"], "10.0.0.7 (jdoe)");
}

TEST(Trace, WhatCouldNotBeSearchedIsSaid) {
  Trace trace(10);
  trace.add(
      R"({"timestamp":"2026-01-31T12:00:00Z","event_type":"ledger","sensor":"s","bytes":{"outbound":)"
      R"({"total":9,"inspected":2,"encrypted":7,"opaque":0,"lost":0,"truncated":0,"skipped":0}}})");
  trace.set_complete(false);
  EXPECT_NE(trace.text().find("0 of 10 rows were seen"), std::string::npos) << trace.text();
  EXPECT_NE(trace.text().find(" 7 encrypted."), std::string::npos) << trace.text();
  EXPECT_NE(trace.text().find("Not everything was read"), std::string::npos) << trace.text();
  EXPECT_EQ(Json::parse(trace.json())["complete"], false);
}

TEST(Trace, LinesThatAreNoEventsSayNothing) {
  EXPECT_EQ(traced({"", "{", "[]", R"({"event_type":"record"})"})["sights"].size(), 0u);
}

}  // namespace
}  // namespace outspan::report
