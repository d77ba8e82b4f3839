#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "capture/files.h"
#include "savefile_builder.h"

namespace outspan::capture::test {

struct Seen {
  std::int64_t ns;
  std::uint64_t number;
  std::string bytes;
  std::uint32_t wire;
  int link;
  bool operator==(const Seen&) const = default;
};

struct AllRead {
  std::vector<Seen> packets;
  Problems problems;
  std::vector<std::size_t> batches;
  Stats stats;
  std::unique_ptr<Source> source;
};

inline AllRead read_all(const std::vector<std::string>& paths, const std::string& filter = {}) {
  AllRead all;
  Result<std::unique_ptr<Source>> opened = open_files(paths, {.filter = filter});
  if (!opened.ok()) {
    ADD_FAILURE() << opened.problems().front().to_string();
    return all;
  }
  all.source = std::move(*opened);
  PacketBatch batch;
  while (all.source->ready() && all.source->read(batch) == ReadStatus::packets) {
    all.batches.push_back(batch.packets.size());
    for (const Packet& packet : batch.packets)
      all.packets.push_back({packet.time.time_since_epoch().count(), packet.number,
                             std::string(as_text(packet.bytes)), packet.wire_bytes,
                             static_cast<int>(packet.link)});
  }
  all.problems = all.source->problems();
  all.source->report(all.stats);
  return all;
}

inline std::string only_problem(const AllRead& all) {
  EXPECT_EQ(all.problems.size(), 1U);
  return all.problems.empty() ? "" : all.problems[0].to_string();
}

}  // namespace outspan::capture::test
