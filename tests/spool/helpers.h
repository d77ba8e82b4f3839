#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "spool/spool.h"
#include "tests/support/temporary_folder.h"

namespace outspan::spool {

inline Timestamp at_second(std::int64_t second) {
  return timestamp_from_ns(second * 1'000'000'000);
}

inline Record record_of(const std::string& text, std::int64_t second = 1, std::uint8_t kind = 1) {
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  return {kind, at_second(second), now, as_bytes(text)};
}

inline std::unique_ptr<Spool> open_spool(const std::string& folder, const Options& options = {}) {
  auto opened = Spool::open(folder, options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.problems()[0].to_string());
  return opened.ok() ? std::move(*opened) : nullptr;
}

inline void write(Spool& spool, const std::string& text, Priority priority = Priority::high) {
  spool.append(record_of(text), priority);
  spool.commit();
}

/// Everything that a reader finds from where it stands.
inline std::vector<std::string> all_of(Reader& reader, std::uint64_t end = UINT64_MAX) {
  std::vector<std::string> texts;
  while (const auto record = reader.next(end)) texts.emplace_back(as_text(record->payload));
  return texts;
}
inline std::vector<std::string> all_in(const std::string& folder) {
  Reader reader(folder);
  return all_of(reader);
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void put_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::uint64_t counter(const Spool& spool, std::string_view name) {
  Stats stats;
  spool.report(stats);
  return stats.value("spool." + std::string(name));
}

}  // namespace outspan::spool
