#include "capture/ring_memory.h"

#include <fmt/format.h>

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>

namespace outspan::capture {

std::optional<std::uint64_t> available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string line;
  while (std::getline(file, line)) {
    std::uint64_t kib = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %" SCNu64, &kib) == 1) return kib << 10;
  }
  return std::nullopt;
}

std::string ring_memory_problem(std::uint64_t ring_bytes,
                                std::optional<std::uint64_t> available_bytes) {
  if (!available_bytes || ring_bytes <= *available_bytes / 2) return {};
  return fmt::format(
      "the packet rings would take {} MiB of the {} MiB of memory that are available, which is "
      "more "
      "than half: lower it",
      ring_bytes >> 20, *available_bytes >> 20);
}

std::uint64_t mapped_ring_bytes() {
  std::ifstream file("/proc/self/maps");
  std::string line;
  std::uint64_t bytes = 0;
  while (std::getline(file, line)) {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    if (line.find("socket:[") != std::string::npos &&
        std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64, &begin, &end) == 2)
      bytes += end - begin;
  }
  return bytes;
}

}  // namespace outspan::capture
