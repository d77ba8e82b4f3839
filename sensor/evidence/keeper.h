#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "core/stats.h"
#include "core/time.h"
#include "evidence/evidence_file.h"
#include "evidence/folder.h"
#include "evidence/sealing.h"
#include "evidence/tape.h"

namespace outspan::evidence {

/// What stands in a file beside the traffic, and in its name. Nothing of it comes from the wire.
struct Facts {
  std::string incident_id, rule_id;
  Timestamp opened{};
};

/// Something to be said as a notice.
struct Saying {
  std::string kind, detail;
};

/// Writes recordings into the folder of evidence, encrypted, and keeps the folder within its
/// limits. A file has its name once it is whole and on the disk: it is written beside
/// (kUnfinished), forced to the disk and renamed. Nothing in clear is ever on the disk.
///
/// Errors: the first of a spell is said, each is counted; the alert goes out without evidence.
/// Thread: delivery's.
class Keeper {
 public:
  /// Makes the folder (0700) where it is missing. Problems: folder and certificate.
  /// `sensor`, `version`: who writes.
  static Result<std::unique_ptr<Keeper>> open(const config::Evidence& config, std::string sensor,
                                              std::string version);

  EvidenceFile write(const Recording& recording, const Facts& facts);
  /// An incident without a file: "nothing-held", "busy".
  EvidenceFile none(const char* why);
  /// Once a second or so: what is due by time.
  void tick();

  [[nodiscard]] std::vector<Saying> take_sayings();
  /// evidence.written, .bytes_written, .failed, .missed, .removed, .folder_bytes.
  void report(Stats& stats) const;

 private:
  Keeper(const config::Evidence& config, Recipient recipient, std::string sensor,
         std::string version);

  std::string free_name(const Facts& facts) const;
  std::string fill(const std::string& path, const Recording& recording, const Facts& facts,
                   EvidenceFile& out) const;
  void write_packets(SealedFile& file, const Recording& recording, const Facts& facts,
                     EvidenceFile& out) const;
  std::string settle(const std::string& name) const;
  void prune();
  void say(const char* kind, std::string detail) { sayings_.push_back({kind, std::move(detail)}); }

  config::Evidence config_;
  Recipient recipient_;
  std::string sensor_, version_;
  std::uint64_t folder_bytes_ = 0;
  Timestamp pruned_at_{};
  bool failing_ = false;
  bool said_invalid_ = false;
  std::vector<Saying> sayings_;
  std::uint64_t written_ = 0, bytes_written_ = 0, failed_ = 0, missed_ = 0, removed_ = 0;
};

}  // namespace outspan::evidence
