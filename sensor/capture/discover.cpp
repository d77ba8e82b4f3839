#include "capture/discover.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>

#include "capture/file_reader.h"

namespace outspan::capture {
namespace {

namespace fs = std::filesystem;

/// Enough for the headers and the first packet of any usual capture.
constexpr std::size_t kProbeBytes = std::size_t{320} << 10;

struct Found {
  Timestamp first_packet{};
  std::string path;
  [[nodiscard]] auto key() const noexcept { return std::tie(first_packet, path); }
};

/// Looks into one file of a folder.
void probe(const std::string& path, std::vector<std::uint8_t>& scratch, const StopSignal& stop,
           std::vector<Found>& found, Discovered& discovered) {
  Result<std::unique_ptr<FileReader>> opened = FileReader::open(path, stop);
  if (!opened.ok()) {
    discovered.problems.push_back(opened.problems().front());
    return;
  }
  FileReader& reader = **opened;
  std::vector<Packet> packets;
  while (packets.empty() && !reader.ended()) reader.read(scratch, packets);
  if (!reader.is_capture()) {
    ++discovered.ignored;
    return;
  }
  found.push_back({packets.empty() ? Timestamp{} : packets.front().time, path});
}

void discover_folder(const std::string& folder, const StopSignal& stop, Discovered& discovered) {
  std::vector<Found> found;
  std::vector<std::uint8_t> scratch(kProbeBytes);
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator() && !stop.raised()) {
    // Pipes and devices are left alone: opening them can block or have effects.
    std::error_code unreadable;
    if (entry->is_regular_file(unreadable))
      probe(entry->path().string(), scratch, stop, found, discovered);
    entry.increment(error);
  }
  if (error) discovered.problems.push_back({folder, "cannot be listed: " + error.message()});
  if (found.empty() && !error) discovered.problems.push_back({folder, "holds no capture"});
  std::ranges::sort(found, [](const Found& a, const Found& b) { return a.key() < b.key(); });
  for (Found& file : found) discovered.files.push_back(std::move(file.path));
}

std::uint64_t total_size(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) {
    std::error_code error;
    if (file == "-" || fs::is_fifo(file, error)) return 0;
    const std::uintmax_t size = fs::file_size(file, error);
    if (!error) total += size;
  }
  return total;
}

}  // namespace

Discovered discover(const std::vector<std::string>& paths, const StopSignal& stop) {
  Discovered discovered;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
      discover_folder(path, stop, discovered);
    } else {
      discovered.files.push_back(path);
    }
  }
  discovered.bytes_total = total_size(discovered.files);
  return discovered;
}

}  // namespace outspan::capture
