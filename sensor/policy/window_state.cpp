#include "policy/window_state.h"

#include <algorithm>
#include <optional>

#include "core/byte_writer.h"
#include "policy/basis.h"
#include "policy/stored_masked.h"
#include "text/hex.h"

namespace outspan::policy {

namespace {

constexpr std::size_t kAddressBytes = 16;

std::string key_prefix(const config::Rule& rule) {
  return rule.id + '\n' + text::to_hex(identity(rule)) + '\n';
}

class StateWriter {
 public:
  ByteWriter out;

  void masked(const Masked& text) { out.text(text.text()); }
  void masked(const std::vector<Masked>& texts) {
    out.number(texts.size(), 4);
    for (const Masked& text : texts) masked(text);
  }
  void address(const IpAddress& address) { out.bytes(address.bytes()); }
  void time(Timestamp time) {
    out.number(static_cast<std::uint64_t>(time.time_since_epoch().count()), 8);
  }
  void label(const FlowLabel& label) {
    out.number(static_cast<std::uint64_t>(label.direction), 1);
    for (const Endpoint* end : {&label.source, &label.destination}) {
      address(end->address);
      out.number(end->port, 2);
    }
    out.number(label.ip_protocol, 1);
    out.text(label.app.name());
    out.text(label.community_id);
    out.number(label.vlan.size(), 1);
    for (const std::uint16_t vlan : label.vlan) out.number(vlan, 2);
  }
  void incident(const Incident& incident) {
    out.text(incident.id);
    out.number(incident.sequence, 4);
    time(incident.time);
    label(incident.flow);
    for (const Masked* text :
         {&incident.actor.user, &incident.actor.email_from, &incident.actor.hostname,
          &incident.destination.hostname, &incident.destination.url})
      masked(*text);
    masked(incident.destination.email_to);
  }
};

class StateReader {
 public:
  explicit StateReader(Bytes bytes) noexcept : in(bytes) {}
  ByteCursor in;

  std::string text() { return std::string(as_text(in.take(in.u16_le()))); }
  Masked masked() { return StoredMasked::read(text()); }
  std::vector<Masked> masked_list() {
    std::vector<Masked> texts;
    for (std::uint32_t left = in.u32_le(); left > 0 && in.ok(); --left) texts.push_back(masked());
    return texts;
  }
  IpAddress address() { return IpAddress::from_bytes(in.take(kAddressBytes)); }
  Timestamp time() { return timestamp_from_ns(static_cast<std::int64_t>(in.u64_le())); }
  FlowLabel label() {
    FlowLabel label;
    label.direction = static_cast<Direction>(in.u8() % kDirections);
    for (Endpoint* end : {&label.source, &label.destination}) {
      end->address = address();
      end->port = in.u16_le();
    }
    label.ip_protocol = in.u8();
    label.app = AppProtocol::named(text());
    label.community_id = text();
    for (std::uint8_t left = in.u8(); left > 0 && in.ok(); --left)
      label.vlan.push_back(in.u16_le());
    return label;
  }
  void incident(Incident& incident) {
    incident.id = text();
    incident.sequence = in.u32_le();
    incident.time = time();
    incident.flow = label();
    for (Masked* into : {&incident.actor.user, &incident.actor.email_from, &incident.actor.hostname,
                         &incident.destination.hostname, &incident.destination.url})
      *into = masked();
    incident.destination.email_to = masked_list();
  }
};

void write_values(StateWriter& state, const SlidingDistinct& values) {
  const auto entries = values.entries();
  state.out.number(values.estimated() ? 1 : 0, 1);
  state.out.number(entries.size(), 4);
  for (const auto& [id, slice] : entries) {
    state.out.number(id, 8);
    state.out.number(slice, 8);
  }
  const auto sketches = values.sketches();
  state.out.number(sketches.size(), 4);
  for (const auto& [slice, registers] : sketches) {
    state.out.number(slice, 8);
    state.out.bytes(registers);
  }
}

bool read_values(StateReader& state, SlidingDistinct& values) {
  state.in.u8();
  for (std::uint32_t left = state.in.u32_le(); left > 0 && state.in.ok(); --left) {
    const std::uint64_t id = state.in.u64_le();
    values.add(id, state.in.u64_le());
  }
  for (std::uint32_t left = state.in.u32_le(); left > 0 && state.in.ok(); --left) {
    const std::uint64_t slice = state.in.u64_le();
    const Bytes registers = state.in.take(HyperLogLog::kRegisters);
    if (state.in.ok()) values.add_sketch(slice, registers);
  }
  return state.in.ok();
}

void write_records(StateWriter& state, const SlidingRecords& records,
                   const IndexLabelsPtr& labels) {
  state.out.number(labels ? labels->size() : 0, 2);
  if (labels)
    for (const IndexLabel& label : *labels) state.out.text(label.name);
  const auto entries = records.entries();
  state.out.number(records.base_slice(), 8);
  state.out.number(entries.size(), 4);
  for (const SlidingRecords::Entry& entry : entries) {
    state.out.number(entry.record_id, 8);
    state.out.number(entry.row, 4);
    state.out.number(entry.slice, 4);
    state.out.number(entry.columns, 2);
    state.out.number(entry.index, 2);
    state.out.number(entry.canary ? 1 : 0, 1);
  }
  write_values(state, records.estimate());
}

/// The numbers that indexes have now, by those that they had; nullopt: it is gone.
std::vector<std::optional<std::uint16_t>> read_indexes(StateReader& state,
                                                       const IndexLabels& labels) {
  std::vector<std::optional<std::uint16_t>> numbers;
  for (std::uint16_t left = state.in.u16_le(); left > 0 && state.in.ok(); --left) {
    const std::string name = state.text();
    const auto known = std::find_if(labels.begin(), labels.end(), [&name](const IndexLabel& label) {
      return label.name == name;
    });
    numbers.push_back(known == labels.end()
                          ? std::nullopt
                          : std::optional(static_cast<std::uint16_t>(known - labels.begin())));
  }
  return numbers;
}

bool read_records(StateReader& state, const IndexLabels& labels, SlidingRecords& records) {
  const auto indexes = read_indexes(state, labels);
  const std::uint64_t base = state.in.u64_le();
  for (std::uint32_t left = state.in.u32_le(); left > 0 && state.in.ok(); --left) {
    SlidingRecords::Entry entry;
    entry.record_id = state.in.u64_le();
    entry.row = state.in.u32_le();
    entry.slice = state.in.u32_le();
    entry.columns = state.in.u16_le();
    const std::uint16_t index = state.in.u16_le();
    entry.canary = state.in.u8() != 0;
    if (!state.in.ok() || index >= indexes.size()) return false;
    if (!indexes[index]) continue;
    entry.index = *indexes[index];
    records.restore(entry, base);
  }
  if (!read_values(state, records.restored_estimate())) return false;
  records.finish_restoring();
  return true;
}

}  // namespace

std::string window_key(const config::Rule& rule, const IpAddress& host) {
  return key_prefix(rule) + std::string(as_text(Bytes(host.bytes())));
}

std::optional<IpAddress> host_of_key(const config::Rule& rule, std::string_view key) {
  const std::string prefix = key_prefix(rule);
  if (!key.starts_with(prefix) || key.size() != prefix.size() + kAddressBytes) return std::nullopt;
  return IpAddress::from_bytes(as_bytes(key.substr(prefix.size())));
}

std::vector<std::uint8_t> encode_window(const HostWindow& window, const SignatureNames& names) {
  StateWriter state;
  state.out.number(window.slice, 8);
  state.out.number(window.next_report, 8);
  state.out.number(window.reported ? 1 : 0, 1);
  state.out.number(window.flows_before + window.flows.count(), 8);
  state.incident(window.incident);
  state.out.number(window.signatures.size(), 4);
  for (const HostWindow::PerSignature& entry : window.signatures) {
    state.out.text(names[entry.signature]);
    state.out.number(entry.count, 8);
    state.out.number(entry.most, 8);
    state.out.number(entry.estimated ? 1 : 0, 1);
    state.masked(entry.samples);
    write_values(state, entry.distinct);
  }
  write_records(state, window.records, window.labels);
  return std::move(state.out.out());
}

bool decode_window(Bytes bytes, const SignatureNames& names, const IndexLabelsPtr& labels,
                   std::uint64_t exact_max, HostWindow& window) {
  window.labels = labels;
  StateReader state(bytes);
  window.slice = state.in.u64_le();
  window.next_report = state.in.u64_le();
  window.reported = state.in.u8() != 0;
  window.flows_before = state.in.u64_le();
  state.incident(window.incident);
  for (std::uint32_t left = state.in.u32_le(); left > 0 && state.in.ok(); --left) {
    const std::string name = state.text();
    const auto known = std::find(names.begin(), names.end(), name);
    HostWindow::PerSignature gone{0, 0, 0, false, SlidingDistinct(exact_max), {}};
    HostWindow::PerSignature& entry =
        known == names.end()
            ? gone
            : window.of(static_cast<std::uint16_t>(known - names.begin()), exact_max);
    entry.count = state.in.u64_le();
    entry.most = state.in.u64_le();
    entry.estimated = state.in.u8() != 0;
    entry.samples = state.masked_list();
    if (!read_values(state, entry.distinct)) return false;
  }
  return read_records(state, *labels, window.records) && state.in.left() == 0;
}

}  // namespace outspan::policy
