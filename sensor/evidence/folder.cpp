#include "evidence/folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string_view>

namespace outspan::evidence {
namespace {

constexpr std::string_view kPackets = ".pcapng.cms";
constexpr std::string_view kObject = ".object.cms";
constexpr std::size_t kTimeLength = 16;  // 20261201T134501Z
/// Nobody writes one file for so long.
constexpr Duration kUnfinishedAge = std::chrono::hours(1);

Timestamp modified(const struct stat& about) {
  return timestamp_from_ns(about.st_mtim.tv_sec * std::int64_t{1'000'000'000} +
                           about.st_mtim.tv_nsec);
}

/// "20261201T134501Z"
std::optional<Timestamp> parse_time(std::string_view text) {
  if (text.size() != kTimeLength || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t size) {
    return std::string(text.substr(at, size));
  };
  return parse_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) + ":" +
                       part(11, 2) + ":" + part(13, 2) + "Z");
}

bool is_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

/// Names in the folder that end like this, with what the system says about them.
template <class Use>
void each_file(const std::string& folder, Use use) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    struct stat about {};
    if (::lstat(at->path().c_str(), &about) == 0 && S_ISREG(about.st_mode))
      use(at->path().filename().string(), about);
  }
}

}  // namespace

std::string file_name(Timestamp opened, const std::string& incident_id, bool is_object,
                      unsigned copy) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(opened).time_since_epoch().count();
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z-{}{}{}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, incident_id,
                     copy < 2 ? "" : fmt::format(".{}", copy), is_object ? kObject : kPackets);
}

bool parse_file_name(const std::string& name, StoredFile& out) {
  std::string_view text = name;
  out.is_object = text.ends_with(kObject);
  if (!out.is_object && !text.ends_with(kPackets)) return false;
  text.remove_suffix(out.is_object ? kObject.size() : kPackets.size());
  if (text.size() <= kTimeLength + 1 || text[kTimeLength] != '-') return false;
  const auto opened = parse_time(text.substr(0, kTimeLength));
  std::string_view id = text.substr(kTimeLength + 1);
  if (const std::size_t dot = id.find('.'); dot != std::string_view::npos) id = id.substr(0, dot);
  if (!opened || !is_id(id)) return false;
  out.name = name;
  out.opened = *opened;
  out.incident_id = id;
  return true;
}

Result<std::vector<StoredFile>> list_folder(const std::string& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator readable(folder, error);
  if (error) return Problem{folder, "cannot be read: " + error.message()};
  std::vector<StoredFile> files;
  each_file(folder, [&files](const std::string& name, const struct stat& about) {
    StoredFile file;
    if (!parse_file_name(name, file)) return;
    file.written = modified(about);
    file.bytes = static_cast<std::uint64_t>(about.st_size);
    files.push_back(std::move(file));
  });
  std::sort(files.begin(), files.end(), [](const StoredFile& a, const StoredFile& b) {
    return a.written != b.written ? a.written < b.written : a.name < b.name;
  });
  return files;
}

Pruned prune_folder(const std::string& folder, Timestamp now, Duration keep,
                    std::uint64_t bytes_max, std::uint64_t bytes_then) {
  Pruned pruned;
  each_file(folder, [&](const std::string& name, const struct stat& about) {
    StoredFile file;
    if (!name.ends_with(kUnfinished) ||
        !parse_file_name(name.substr(0, name.size() - std::strlen(kUnfinished)), file) ||
        now - modified(about) < kUnfinishedAge)
      return;
    if (::unlink((folder + "/" + name).c_str()) == 0) ++pruned.unfinished;
  });
  auto files = list_folder(folder);
  if (!files) return pruned;
  std::uint64_t total = 0;
  for (const StoredFile& file : *files) total += file.bytes;
  const std::uint64_t room = total > bytes_max ? bytes_then : bytes_max;
  for (const StoredFile& file : *files) {
    const bool old = now - file.written > keep;
    if (!old && total <= room) continue;
    if (::unlink((folder + "/" + file.name).c_str()) != 0) continue;
    total -= file.bytes;
    ++(old ? pruned.by_age : pruned.by_room);
  }
  return pruned;
}

}  // namespace outspan::evidence
