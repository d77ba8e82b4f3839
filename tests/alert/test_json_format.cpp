#include "alert/format/json_format.h"

#include "alert/event/utf8.h"
#include "tests/alert/samples.h"

namespace outspan::alert {
namespace {

const char kHead[] = R"({"timestamp":"2026-01-31T23:59:59.123456789Z","event_type":)";
const char kFlow[] =
    R"("direction":"outbound","src_ip":"10.20.0.7","src_port":51514,"dest_ip":"203.0.113.9","dest_port":80,)"
    R"("proto":"TCP","app_proto":"http","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=","vlan":[10,20])";

std::string expected(const Event& event, const std::string& rest) {
  return std::string(kHead) + "\"" + std::string(type_name(event)) +
         "\",\"sensor\":\"s1\",\"event_id\":\"" + event.id + "\"," + rest + "}\n";
}

TEST(JsonFormat, Alert) {
  EXPECT_EQ(
      to_json(sample_alert(), "s1"),
      expected(
          sample_alert(),
          R"("incident_id":"0123456789abcdef","state":"new","rule":{"id":"customer-data-leaving",)"
          R"("description":"Customer data leaves the network","severity":"high"},)" +
              std::string(kFlow) +
              R"(,"actor":{"user":"alice","email_from":"alice@example.com","hostname":"pc7"},)"
              R"("destination":{"hostname":"upload.example.test","email_to":["bob@example.test","***"],)"
              R"("url":"http://upload.example.test/in?c=***"},)"
              R"("object":{"path":["POST /upload","report.zip"],"media_type":"text/csv","bytes":123456,"sha256":"ab12"},)"
              R"("matches":[{"signature":"email","count":200,"distinct":187,"samples":["j***@e***.org","a***@e***.org"]},)"
              R"({"signature":"phone","count":1400,"distinct":40,"estimated":true}],)"
              R"("capture":{"file":"support-export.pcap","first_packet":1042,"last_packet":1391})"));
}

TEST(JsonFormat, EmptyFieldsAreLeftOut) {
  EXPECT_EQ(
      to_json(bare_alert(), "s1"),
      expected(
          bare_alert(),
          R"("incident_id":"fedcba9876543210","state":"closed","rule":{"id":"r","severity":"medium"},)"
          R"("direction":"outbound","src_ip":"2001:db8::7","dest_ip":"2001:db8::9","proto":"IPv6-ICMP",)"
          R"("app_proto":"unknown","flows":7,"matches":[{"signature":"ticket","count":1,"distinct":1}])"));
}

TEST(JsonFormat, RecordsOfCustomers) {
  const std::string json = to_json(record_alert(), "s1");
  EXPECT_THAT(
      json,
      testing::HasSubstr(
          R"("records":[{"index":"crm","distinct":68000,"columns":{"email":68000,"phone":40},)"
          R"("rows":[2,3,12000000],"rows_truncated":true,"canaries":1,)"
          R"("built_at":"2026-01-31T00:00:00Z","key_id":"1ff68c70de7801d1"})"));
  EXPECT_THAT(json, testing::HasSubstr(R"("pseudonyms":["0123456789abcdef","ffffffffffffffff"])"));
}

TEST(JsonFormat, Record) {
  EXPECT_THAT(
      to_json(sample_sighting(), "s1"),
      testing::HasSubstr(R"("record":{"index":"crm","row":20417,"columns":["email","name"])"));
  EXPECT_THAT(to_json(pseudonymous_sighting(), "s1"), testing::HasSubstr("0123456789abcdef"));
}

TEST(JsonFormat, Notice) {
  EXPECT_THAT(
      to_json(sample_notice(), "s1"),
      testing::HasSubstr(R"("notice":{"kind":"fingerprints_refused","detail":"crm.ofp: this index )"
                         R"(is damaged; the index in use stays"})"));
}

TEST(JsonFormat, BlindSpot) {
  EXPECT_EQ(
      to_json(sample_blind_spot(), "s1"),
      expected(
          sample_blind_spot(),
          std::string(kFlow) +
              R"(,"reason":"tls","bytes":1234567,"server_name":"files.example.test",)"
              R"("ja3":"cd08e31494f9531f560d64c695473da9","ja4":"t13d1516h2_8daaf6152771_02713d6af862")"));
}

TEST(JsonFormat, Anomaly) {
  EXPECT_EQ(to_json(sample_anomaly(), "s1"),
            expected(sample_anomaly(), std::string(kFlow) +
                                           R"(,"anomaly":{"kind":"tcp_overlap_differs",)"
                                           R"("detail":"Two segments disagree about 12 bytes."})"));
}

TEST(JsonFormat, Flow) {
  EXPECT_EQ(
      to_json(sample_flow_event(), "s1"),
      expected(
          sample_flow_event(),
          std::string(kFlow) +
              R"(,"start":"2026-01-31T23:59:57.123456789Z","end":"2026-01-31T23:59:59.123456789Z","reason":"fin",)"
              R"("to_server":{"direction":"outbound","packets":12,"gaps":1,"bytes":{"total":1024,"inspected":1000,)"
              R"("encrypted":0,"opaque":0,"lost":24,"truncated":0,"skipped":0},"sha256":"aa11"},)"
              R"("to_client":{"direction":"inbound","packets":9,"gaps":0,"bytes":{"total":512,"inspected":0,)"
              R"("encrypted":0,"opaque":0,"lost":0,"truncated":0,"skipped":512}})"));
}

TEST(JsonFormat, Object) {
  EXPECT_EQ(
      to_json(sample_object(), "s1"),
      expected(
          sample_object(),
          std::string(kFlow) +
              R"(,"destination":{"hostname":"upload.example.test"},"object":{"path":["PUT /a.zip"],)"
              R"("media_type":"application/zip","bytes":900,"sha256":"cd34"},"text_bytes":100,)"
              R"("opaque_bytes":800,"skipped_bytes":0,"opaque_reason":"encrypted-archive","complete":false)"));
}

TEST(JsonFormat, Ledger) {
  const std::string zero =
      R"({"total":0,"inspected":0,"encrypted":0,"opaque":0,"lost":0,"truncated":0,"skipped":0})";
  EXPECT_EQ(
      to_json(sample_ledger(), "s1"),
      expected(
          sample_ledger(),
          R"("bytes":{"outbound":{"total":1234500,"inspected":1000000,"encrypted":200000,"opaque":30000,"lost":4000,"truncated":500,"skipped":0},)"
          R"("inbound":{"total":777,"inspected":0,"encrypted":0,"opaque":0,"lost":0,"truncated":0,"skipped":777},)"
          R"("internal":)" +
              zero + R"(,"transit":)" + zero + "}," +
              R"("by_app_proto":{"http":{"total":1035277,"inspected":1000000,"encrypted":0,"opaque":30000,"lost":4000,"truncated":500,"skipped":777},)"
              R"("tls":{"total":200000,"inspected":0,"encrypted":200000,"opaque":0,"lost":0,"truncated":0,"skipped":0}},)"
              R"("by_reason":{"opaque":{"media":20000,"pgp":10000}},"complete":true)"));
}

TEST(JsonFormat, LedgerSaysWhatIsMissing) {
  LedgerEvent ledger;
  ledger.missing = {{"link-type", "147", 2, 120, "2 packets"}, {"overload", "", 7, 0, "left out"}};
  EXPECT_THAT(
      to_json(event_with(ledger), "s1"),
      testing::HasSubstr(
          R"("complete":false,"missing":[{"reason":"link-type","subject":"147","packets":2,)"
          R"("bytes":120,"detail":"2 packets"},{"reason":"overload","packets":7,"bytes":0,)"
          R"("detail":"left out"}])"));
}

TEST(JsonFormat, StatsAreNestedByTheDotsOfTheirNames) {
  EXPECT_EQ(
      to_json(sample_stats(), "s1"),
      expected(
          sample_stats(),
          R"("stats":{"decode":{"errors":{"ipv4_header":0}},)"
          R"("flow":{"total":12,"evicted":3,"memory":{"peak":4096}},"flow-cache":1,"packets":1234567})"));
}

/// That each is JSON is seen with the schema.
TEST(JsonFormat, EveryEventIsOneLineOfUtf8) {
  std::vector<Event> events = all_samples();
  for (const std::string& text : hostile_texts()) events.push_back(hostile_alert(text));
  for (const Event& event : events) {
    const std::string line = to_json(event, "s\"1");
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(valid_utf8(line), line);
    EXPECT_EQ(line.find("\"sensor\":\"s\\\"1\""), line.find("\"sensor\""));
  }
}

TEST(JsonFormat, EscapesWhatJsonWantsEscaped) {
  const std::string line =
      to_json(hostile_alert(std::string("\"\\\n\r\t\x01\x1f\0/\x7f", 10)), "s");
  EXPECT_THAT(line, testing::HasSubstr(R"("user":"\"\\\n\r\t\u0001\u001f\u0000/\u007f")"));
}

}  // namespace
}  // namespace outspan::alert
