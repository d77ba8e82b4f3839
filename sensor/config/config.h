#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/access.h"
#include "config/output.h"
#include "config/rule.h"
#include "core/address.h"
#include "core/ledger.h"
#include "core/time.h"

/// What the operator asked for, as plain values. Read by every stage, written only by config/ and
/// the command line; immutable once the pipeline runs.
namespace outspan::config {

struct Capture {
  std::vector<std::string> interfaces;
  std::string filter;  // BPF; empty takes everything
  std::uint32_t snaplen_bytes = 65535;
  std::uint32_t ring_mib = 256;
  /// Rings of an interface, where its traffic can be spread; 0: as many as the machine has use for.
  std::uint32_t rings = 0;
  /// Cores that the workers are pinned to, in turn; empty: wherever the system puts them.
  std::vector<unsigned> cpus;
};

/// All in packet time.
struct Timeouts {
  Duration tcp_opening = std::chrono::seconds(30);
  Duration tcp_established = std::chrono::seconds(600);
  /// After both FINs or a RST: long enough for retransmissions.
  Duration tcp_closed = std::chrono::seconds(10);
  Duration udp = std::chrono::seconds(60);
  Duration other = std::chrono::seconds(30);
  Duration fragments = std::chrono::seconds(30);
  /// A flow silent for this long has its pending text scanned, so that an alert does not wait for
  /// the end of a slow connection.
  Duration pause = std::chrono::seconds(1);
};

/// Bounds on everything. MiB are 2^20 bytes. Where a bound is reached the bytes concerned are
/// entered into the ledger and the refusal is counted in `stats`.
struct Limits {
  std::uint64_t flows = 1'000'000;
  std::uint64_t memory_mib = 4096;      ///< content, parsers and policy together
  std::uint64_t reassembly_mib = 1024;  ///< out-of-order segments and overlap history of all flows
  std::uint64_t flow_reassembly_kib = 4096;
  std::uint64_t fragments_mib = 64;
  std::uint32_t branches = 4;              ///< alternative versions of one stream side
  std::uint32_t header_kib = 64;           ///< of one message head or command line
  std::uint64_t object_mib = 64;           ///< collected for a whole-file container
  std::uint32_t depth = 8;                 ///< of decoders and containers inside one another
  std::uint32_t expansion_ratio = 2000;    ///< decoded bytes to wire bytes, beyond the first 64 MiB
  std::uint64_t expanded_mib = 16384;      ///< decoded bytes of one object, over all its layers
  std::uint32_t parts = 10'000;            ///< of one object
  std::uint64_t unpack_seconds = 20;       ///< that a worker may take to open one file
  std::uint64_t unpack_memory_mib = 1024;  ///< address space of a worker that opens files
  std::uint64_t classified_flows = 20'000;     ///< nDPI states alive at a time
  std::uint64_t incidents = 100'000;           ///< open at a time
  std::uint64_t distinct_values = 16'384;      ///< exact a signature; beyond, HyperLogLog
  std::uint64_t distinct_records = 1'000'000;  ///< exact an incident; beyond, HyperLogLog
};

/// An index of customers' values and the key that it was built with.
struct Fingerprint {
  std::string name;
  std::string index;
  std::string key_file;
  /// Where it stands ("sensor.yaml:14:5"), for messages.
  std::string where;
};

struct Syslog {
  std::uint32_t enterprise_number = 32473;
  std::string facility = "local0";
  std::string app_name = "outspan";
};

/// When events of the spool are forced to the disk.
enum class SpoolSync : std::uint8_t { batch, second, never };

std::string_view to_string(SpoolSync sync) noexcept;

/// Events on disk between detection and outputs.
struct Spool {
  std::string folder;  ///< empty: `spool` in the state folder of `live`; none without one
  std::uint64_t size_mib = 1024;
  Duration keep = std::chrono::hours(24 * 7);  ///< of events that every output has
  SpoolSync sync = SpoolSync::batch;
};

enum class EvidenceMode : std::uint8_t { packets, object };

std::string_view to_string(EvidenceMode mode) noexcept;

/// What proves an incident, encrypted to whoever may look at it.
struct Evidence {
  std::string certificate;  ///< X.509, PEM or DER; empty: nothing is kept
  std::string folder;       ///< empty: `evidence` in the state folder
  EvidenceMode mode = EvidenceMode::packets;
  std::uint64_t file_kib = 256;
  std::uint64_t memory_mib = 256;  ///< of Limits::memory_mib, for what might become evidence
  std::uint64_t total_mib = 1024;
  Duration keep = std::chrono::hours(24 * 30);
};

/// For Prometheus; both empty: nobody asks.
struct Metrics {
  std::string listen;    ///< "127.0.0.1:9437"; see listen_address.h
  std::string textfile;  ///< for the textfile collector of node_exporter
};

/// For `outspan status` and `outspan reload`.
struct Control {
  std::string socket;  ///< empty: the usual one, if it can be made
};

struct Alerts {
  std::uint32_t samples = 3;  ///< masked samples a signature, at most
  /// Row numbers of customers in an event, at most.
  std::uint64_t max_rows = 1000;
  /// Keyed pseudonyms instead of the row numbers of the source.
  bool row_pseudonyms = false;
  /// Blind spots smaller than this are left to the ledger.
  std::uint64_t blindspot_bytes = 65536;
};

struct Config {
  std::string sensor = "outspan";  ///< name in every event
  PrefixSet home_networks;
  std::vector<Direction> directions{Direction::outbound};
  /// ISO 3166 codes whose national phone formats and identifiers are looked for.
  std::vector<std::string> countries;
  Capture capture;
  /// Signature files or folders; "builtin" are those inside the program.
  std::vector<std::string> signatures{"builtin"};
  std::vector<Fingerprint> fingerprints;
  std::vector<Rule> rules;
  /// The rules are the built-in ones: which they are depends on whether there are fingerprints.
  bool builtin_rules = true;
  /// Folder in which windows of hosts survive a restart of `live`; empty: they do not.
  std::string state_folder;
  std::vector<Output> outputs;
  std::vector<std::string> events{"alert", "blindspot", "anomaly", "ledger", "stats", "notice"};
  /// Look for ROT13, reversed and spaced-out text as well: three more passes over all text.
  bool inspect_disguises = false;
  bool stream_sha256 = false;
  Duration report_interval = std::chrono::seconds(60);  ///< live: between ledger and stats events
  Timeouts timeouts;
  Limits limits;
  Syslog syslog;
  Spool spool;
  Evidence evidence;
  Metrics metrics;
  Control control;
  Alerts alerts;
  Access access;
};

}  // namespace outspan::config
