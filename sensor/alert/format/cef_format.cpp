#include "alert/format/cef_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "alert/event/utf8.h"
#include "alert/format/flat_fields.h"
#include "alert/format/one_line.h"
#include "alert/format/product.h"

/// CEF and LEEF: the same flat fields under other names.
namespace outspan::alert {
namespace {

constexpr SiemKey kKeys[] = {
    {"event_id", "externalId", "", "eventUid"},
    {"incident_id", "cs1", "incidentId", "incidentId"},
    {"state", "act", "", "state"},
    {"rule", "outspanRule", "", "policy"},
    {"severity", "outspanSeverity", "", "severityName"},
    {"direction", "flexString1", "direction", "direction"},
    {"src", "src", "", "src"},
    {"spt", "spt", "", "srcPort"},
    {"dst", "dst", "", "dst"},
    {"dpt", "dpt", "", "dstPort"},
    {"proto", "proto", "", "proto"},
    {"app", "app", "", "app"},
    {"community_id", "cs6", "communityId", "communityId"},
    {"vlan", "outspanVlan", "", "vlan"},
    {"matches", "cs2", "matches", "matches"},
    {"records", "cs3", "records", "records"},
    {"rows", "cs4", "rows", "rows"},
    {"samples", "cs5", "samples", "samples"},
    {"user", "suser", "", "usrName"},
    {"email_from", "outspanEmailFrom", "", "emailFrom"},
    {"email_to", "duser", "", "emailTo"},
    {"dest_hostname", "dhost", "", "dstHostName"},
    {"src_hostname", "shost", "", "identHostName"},
    {"program", "requestClientApplication", "", "program"},
    {"client_address", "outspanClientAddress", "", "clientAddress"},
    {"url", "request", "", "url"},
    {"path", "filePath", "", "resource"},
    {"object_bytes", "fsize", "", "fileSize"},
    {"sha256", "fileHash", "", "fileHash"},
    {"media_type", "fileType", "", "mediaType"},
    {"capture_file", "outspanCaptureFile", "", "captureFile"},
    {"packets", "outspanPackets", "", "packets"},
    {"evidence_file", "outspanEvidenceFile", "", "evidenceFile"},
    {"evidence_sha256", "outspanEvidenceSha256", "", "evidenceSha256"},
    {"evidence_missing", "outspanEvidenceMissing", "", "evidenceMissing"},
    {"flows", "outspanFlows", "", "flows"},
    {"file_names", "outspanFileNames", "", "fileNames"},
    {"blindspots", "outspanBlindspots", "", "blindspots"},
    {"index", "outspanIndex", "", "index"},
    {"row", "outspanRow", "", "row"},
    {"pseudonym", "outspanPseudonym", "", "pseudonym"},
    {"columns", "outspanColumns", "", "columns"},
    {"canary", "outspanCanary", "", "canary"},
    {"reason", "reason", "", "reason"},
    {"opaque_reason", "reason", "", "reason"},
    {"bytes", "cn3", "bytes", "bytes"},
    {"server_name", "outspanServerName", "", "serverName"},
    {"ja3", "outspanJa3", "", "ja3"},
    {"ja4", "outspanJa4", "", "ja4"},
    {"kind", "outspanKind", "", "kind"},
    {"detail", "outspanDetail", "", "detail"},
    {"start", "outspanStart", "", "start"},
    {"end", "outspanEnd", "", "end"},
    {"packets_to_server", "outspanPacketsToServer", "", "packetsToServer"},
    {"packets_to_client", "outspanPacketsToClient", "", "packetsToClient"},
    {"bytes_to_server", "outspanBytesToServer", "", "srcBytes"},
    {"bytes_to_client", "outspanBytesToClient", "", "dstBytes"},
    {"sha256_to_server", "outspanSha256ToServer", "", "sha256ToServer"},
    {"sha256_to_client", "outspanSha256ToClient", "", "sha256ToClient"},
    {"total", "outspanTotal", "", "total"},
    {"inspected", "outspanInspected", "", "inspected"},
    {"encrypted", "outspanEncrypted", "", "encrypted"},
    {"opaque", "outspanOpaque", "", "opaque"},
    {"lost", "outspanLost", "", "lost"},
    {"truncated", "outspanTruncated", "", "truncated"},
    {"skipped", "outspanSkipped", "", "skipped"},
    {"complete", "outspanComplete", "", "complete"},
    {"missing", "outspanMissing", "", "missing"},
    {"counters", "outspanCounters", "", "counters"},
};

const SiemKey* key_of(std::string_view field) noexcept {
  const auto* const found =
      std::find_if(std::begin(kKeys), std::end(kKeys),
                   [field](const SiemKey& key) { return key.field == field; });
  return found == std::end(kKeys) ? nullptr : found;
}

/// 0 to 10 (CEF), which LEEF takes from 1.
unsigned severity_of(const Event& event) noexcept {
  if (const auto* incident = std::get_if<policy::Incident>(&event.body)) {
    static constexpr std::array<unsigned, 4> kBySeverity{3, 5, 8, 10};
    return kBySeverity[static_cast<std::size_t>(incident->severity)];
  }
  if (std::holds_alternative<AnomalyEvent>(event.body)) return 5;
  const bool notable = std::holds_alternative<BlindSpotEvent>(event.body) ||
                       std::holds_alternative<policy::Sighting>(event.body);
  return notable ? 3 : 1;
}

/// What happened, as a name that groups: the rule, or the type.
std::string_view signature_of(const Event& event) noexcept {
  const auto* incident = std::get_if<policy::Incident>(&event.body);
  return incident ? std::string_view(incident->rule_id) : type_name(event);
}

std::string name_of(const Event& event) {
  const auto* incident = std::get_if<policy::Incident>(&event.body);
  if (incident && !incident->rule_description.empty()) return incident->rule_description;
  return std::string(signature_of(event));
}

std::string milliseconds(Timestamp time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

/// Printable, with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : printable(text)) {
    if (special.find(c) != special.npos) out += '\\';
    out += c;
  }
  return out;
}

/// Escapes `|` in a CEF header, `=` in its extension (and the backslash in both).
class Cef {
 public:
  Cef(const Event& event, std::string_view sensor) : event_(event) {
    out_ = fmt::format("CEF:0|{}|{}|{}|{}|{}|{}|", kVendor, kProduct, kProductVersion,
                       escaped(signature_of(event), "\\|"), escaped(name_of(event), "\\|"),
                       severity_of(event));
    add("rt", milliseconds(event.time));
    add("dvchost", sensor);
    add("cat", type_name(event));
  }

  std::string text() {
    if (const policy::FlowLabel* flow = flow_of(event_)) direction(flow->direction);
    for (const FlatField& field : flat_fields(event_)) {
      const SiemKey* const key = key_of(field.name);
      if (key == nullptr) continue;
      if (const auto* address = v6_key(field)) {
        labelled(address->first, address->second, field.value);
        continue;
      }
      if (key->cef_label.empty())
        add(key->cef, field.value);
      else
        labelled(key->cef, key->cef_label, field.value);
    }
    counts();
    add("msg", shortened(one_line(event_), kMessageBytesMax));
    return out_ + '\n';
  }

 private:
  static constexpr std::size_t kMessageBytesMax = 1023;
  using KeyAndLabel = std::pair<std::string_view, std::string_view>;

  void add(std::string_view key, std::string_view value) {
    if (out_.back() != '|') out_ += ' ';
    out_.append(key).append("=").append(escaped(value, "\\="));
  }
  void labelled(std::string_view key, std::string_view label, std::string_view value) {
    add(key, value);
    add(std::string(key) + "Label", label);
  }
  /// `src` and `dst` are for IPv4.
  static const KeyAndLabel* v6_key(const FlatField& field) noexcept {
    static constexpr KeyAndLabel kSource{"c6a2", "Source IPv6 Address"};
    static constexpr KeyAndLabel kDestination{"c6a3", "Destination IPv6 Address"};
    if (field.value.find(':') == std::string::npos) return nullptr;
    return field.name == "src" ? &kSource : field.name == "dst" ? &kDestination : nullptr;
  }
  void direction(Direction direction) {
    if (direction == Direction::outbound) add("deviceDirection", "1");
    if (direction == Direction::inbound) add("deviceDirection", "0");
  }
  void counts() {
    const auto* incident = std::get_if<policy::Incident>(&event_.body);
    if (incident == nullptr) return;
    std::uint64_t customers = 0, canaries = 0, values = 0;
    for (const policy::Records& records : incident->records) {
      customers += records.distinct;
      canaries += records.canaries;
    }
    for (const policy::Matches& matches : incident->matches) values += matches.distinct;
    if (customers != 0) labelled("cn1", "customers", std::to_string(customers));
    if (canaries != 0) labelled("cn2", "canaries", std::to_string(canaries));
    if (values != 0) add("cnt", std::to_string(values));
  }

  const Event& event_;
  std::string out_;
};

}  // namespace

std::span<const SiemKey> siem_keys() noexcept { return kKeys; }

std::string to_cef(const Event& event, std::string_view sensor) {
  return Cef(event, sensor).text();
}

std::string to_leef(const Event& event, std::string_view sensor) {
  // No escape for the bar and none for the delimiter: printable() has neither tabs nor line ends.
  std::string signature = printable(signature_of(event));
  std::replace(signature.begin(), signature.end(), '|', '_');
  std::string out =
      fmt::format("LEEF:2.0|{}|{}|{}|{}|x09|devTime={}\tcat={}\tsev={}\tsensor={}", kVendor,
                  kProduct, kProductVersion, signature, milliseconds(event.time), type_name(event),
                  std::max(severity_of(event), 1u), printable(sensor));
  for (const FlatField& field : flat_fields(event))
    if (const SiemKey* const key = key_of(field.name))
      out += fmt::format("\t{}={}", key->leef, printable(field.value));
  return out + "\tmsg=" + one_line(event) + '\n';
}

}  // namespace outspan::alert
