#include "evidence/keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "evidence/pcapng.h"

namespace outspan::evidence {
namespace {

constexpr Duration kPruneEvery = std::chrono::minutes(1);
/// A full folder is brought down to nine tenths: it is not listed, nor a notice written, for each
/// file that follows.
std::uint64_t bytes_after_pruning(std::uint64_t limit) { return limit / 10 * 9; }

std::string system_problem(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

std::string comment(const Facts& facts, const std::string& sensor) {
  return fmt::format("Outspan evidence of incident {}, rule {}, opened {}, by sensor {}",
                     facts.incident_id, facts.rule_id, to_rfc3339(facts.opened), sensor);
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace

Keeper::Keeper(const config::Evidence& config, Recipient recipient, std::string sensor,
               std::string version)
    : config_(config),
      recipient_(std::move(recipient)),
      sensor_(std::move(sensor)),
      version_(std::move(version)) {}

Result<std::unique_ptr<Keeper>> Keeper::open(const config::Evidence& config, std::string sensor,
                                             std::string version) {
  auto recipient = Recipient::load(config.certificate);
  if (!recipient) return recipient.problems();
  if (::mkdir(config.folder.c_str(), 0700) != 0 && errno != EEXIST)
    return Problem{config.folder, system_problem("cannot be made")};
  struct stat about {};
  if (::stat(config.folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode))
    return Problem{config.folder, "is no folder"};
  if (::access(config.folder.c_str(), W_OK | X_OK) != 0)
    return Problem{config.folder, system_problem("cannot be written to")};
  std::unique_ptr<Keeper> keeper(
      new Keeper(config, std::move(*recipient), std::move(sensor), std::move(version)));
  keeper->tick();
  return keeper;
}

EvidenceFile Keeper::none(const char* why) {
  ++missed_;
  EvidenceFile file;
  file.missing = why;
  return file;
}

std::string Keeper::free_name(const Facts& facts) const {
  const bool is_object = config_.mode == config::EvidenceMode::object;
  for (unsigned copy = 1;; ++copy) {
    std::string name = file_name(facts.opened, facts.incident_id, is_object, copy);
    const std::string path = config_.folder + "/" + name;
    if (!is_there(path) && !is_there(path + kUnfinished)) return name;
  }
}

EvidenceFile Keeper::write(const Recording& recording, const Facts& facts) {
  EvidenceFile out;
  out.cut = recording.cut;
  out.name = free_name(facts);
  const std::string part = config_.folder + "/" + out.name + kUnfinished;
  std::string problem = fill(part, recording, facts, out);
  if (problem.empty()) problem = settle(out.name);
  if (!problem.empty()) {
    static_cast<void>(::unlink(part.c_str()));  // it may not even be there
    ++failed_;
    if (!std::exchange(failing_, true))
      say("evidence_not_written", config_.folder + ": " + problem +
                                      "; alerts go out without their evidence until it is possible "
                                      "again");
    return none("not-written");
  }
  if (std::exchange(failing_, false))
    say("evidence_written_again", config_.folder + ": evidence is written again");
  ++written_;
  bytes_written_ += out.bytes;
  folder_bytes_ += out.bytes;
  if (folder_bytes_ > config_.total_mib << 20) prune();
  return out;
}

std::string Keeper::fill(const std::string& path, const Recording& recording, const Facts& facts,
                         EvidenceFile& out) const {
  SealedFile file(recipient_, path);
  if (config_.mode == config::EvidenceMode::packets)
    write_packets(file, recording, facts, out);
  else
    recording.each([&file](Bytes bytes) { file.write(bytes); });
  std::string problem = file.finish();
  out.bytes = file.bytes();
  out.sha256 = file.sha256();
  return problem;
}

void Keeper::write_packets(SealedFile& file, const Recording& recording, const Facts& facts,
                           EvidenceFile& out) const {
  const auto put = [&file](auto&& make) {
    ByteWriter block;
    make(block);
    file.write(block.out());
  };
  std::uint64_t packets = 0;
  recording.each([&packets](Bytes) { ++packets; });
  put([&](ByteWriter& block) {
    pcapng::head(block, "Outspan " + version_, comment(facts, sensor_));
  });
  const std::string here = fmt::format("incident {} was opened here", facts.incident_id);
  recording.each([&](Bytes bytes) {
    const PacketRecord record = read_record(bytes);
    const bool last = ++out.items == packets;
    const char* const rebuilt =
        record.rebuilt ? "put together from fragments, with headers made by Outspan" : "";
    put([&](ByteWriter& block) { pcapng::packet(block, record, last ? here : rebuilt); });
  });
}

/// From the unfinished name to the right one, for good.
std::string Keeper::settle(const std::string& name) const {
  const std::string path = config_.folder + "/" + name;
  if (std::rename((path + kUnfinished).c_str(), path.c_str()) != 0)
    return system_problem("a file cannot be renamed");
  const FileDescriptor folder(::open(config_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0)
    return system_problem("the folder cannot be forced to the disk");
  return {};
}

void Keeper::tick() {
  const Timestamp now = wall_clock();
  if (now - pruned_at_ < kPruneEvery && now >= pruned_at_) return;  // or it was set back
  prune();
  const std::string invalid = recipient_.validity_problem();
  if (!invalid.empty() && !std::exchange(said_invalid_, true))
    say("evidence_certificate", config_.certificate + " " + invalid +
                                    ": evidence is still encrypted to it; give the investigator's "
                                    "new one and restart");
}

void Keeper::prune() {
  pruned_at_ = wall_clock();
  const Pruned pruned =
      prune_folder(config_.folder, pruned_at_, config_.keep, config_.total_mib << 20,
                   bytes_after_pruning(config_.total_mib << 20));
  folder_bytes_ = 0;
  if (const auto files = list_folder(config_.folder); files.ok())
    for (const StoredFile& file : files.value()) folder_bytes_ += file.bytes;
  removed_ += pruned.by_age + pruned.by_room;
  if (pruned.by_age + pruned.by_room + pruned.unfinished == 0) return;
  say("evidence_removed",
      fmt::format("{}: {} files older than evidence.keep, {} for evidence.total_mib, {} unfinished",
                  config_.folder, pruned.by_age, pruned.by_room, pruned.unfinished));
}

std::vector<Saying> Keeper::take_sayings() { return std::exchange(sayings_, {}); }

void Keeper::report(Stats& stats) const {
  stats.add("evidence.written", written_);
  stats.add("evidence.bytes_written", bytes_written_);
  stats.add("evidence.failed", failed_);
  stats.add("evidence.missed", missed_);
  stats.add("evidence.removed", removed_);
  stats.add("evidence.folder_bytes", folder_bytes_);
}

}  // namespace outspan::evidence
