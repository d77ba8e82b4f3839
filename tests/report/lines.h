#pragma once

#include <string>

/// Events as JSON lines, for the tests of the report.
namespace outspan::report {

inline std::string event_line(const std::string& type, const std::string& rest,
                              const std::string& time = "2026-01-31T12:00:00Z") {
  return R"({"timestamp":")" + time + R"(","event_type":")" + type + R"(","sensor":"s-1")" +
         (rest.empty() ? "" : "," + rest) + "}";
}

/// `more`: further fields, with a comma before each.
inline std::string alert_line(const std::string& id, const std::string& state,
                              const std::string& severity, std::uint64_t distinct,
                              const std::string& more = {},
                              const std::string& time = "2026-01-31T12:00:00Z") {
  return event_line("alert",
                    R"("incident_id":")" + id + R"(","state":")" + state +
                        R"(","rule":{"id":"list","description":"A list","severity":")" + severity +
                        R"("},"direction":"outbound","src_ip":"10.0.0.1","src_port":40000,)" +
                        R"("dest_ip":"203.0.113.9","dest_port":80,"app_proto":"http",)" +
                        R"("matches":[{"signature":"email","count":)" + std::to_string(distinct) +
                        R"(,"distinct":)" + std::to_string(distinct) + "}]" + more,
                    time);
}

inline std::string ledger_line(std::uint64_t inspected, std::uint64_t encrypted,
                               const std::string& time = "2026-01-31T12:00:00Z") {
  return event_line("ledger",
                    R"("bytes":{"outbound":{"inspected":)" + std::to_string(inspected) +
                        R"(,"encrypted":)" + std::to_string(encrypted) +
                        R"(}},"by_app_proto":{},"complete":true)",
                    time);
}

}  // namespace outspan::report
