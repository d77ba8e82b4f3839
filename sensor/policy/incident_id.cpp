#include "policy/incident_id.h"

#include <fmt/format.h>

#include "core/hash.h"

namespace outspan::policy {
namespace {

/// What is hashed, written so that no two different lists of fields give the same bytes.
class Fields {
 public:
  explicit Fields(std::string_view first) { add(first); }
  void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    bytes_ += text;
  }
  void add(const IpAddress& address) { bytes_ += as_text(Bytes(address.bytes())); }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(number >> shift);
  }
  void add(Timestamp time) { add(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  [[nodiscard]] std::string id() const {
    static constexpr SipKey kKey{0x6f757473'70616e00ULL, 0x696e6369'64656e74ULL};
    return fmt::format("{:016x}", siphash(kKey, as_bytes(bytes_)));
  }

 private:
  std::string bytes_;
};

}  // namespace

std::string incident_id(std::string_view rule_id, const FlowInfo& flow, Side sender,
                        std::uint64_t ordinal) {
  Fields fields(rule_id);
  for (const Side side : {sender, opposite(sender)}) {
    fields.add(flow.ends[index(side)].address);
    fields.add(std::uint64_t{flow.ends[index(side)].port});
  }
  fields.add(std::uint64_t{flow.ip_protocol});
  fields.add(flow.first_seen);
  fields.add(ordinal);
  return fields.id();
}

std::string incident_id(std::string_view rule_id, const IpAddress& host, Timestamp first_hit) {
  Fields fields(rule_id);
  fields.add(host);
  fields.add(first_hit);
  return fields.id();
}

}  // namespace outspan::policy
