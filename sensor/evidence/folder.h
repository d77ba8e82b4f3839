#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace outspan::evidence {

/// A file of evidence, as its name and the folder say.
struct StoredFile {
  std::string name;
  std::string incident_id;
  Timestamp opened{};   ///< of the incident, to the second
  Timestamp written{};  ///< by the machine's clock
  std::uint64_t bytes = 0;
  bool is_object = false;
};

/// "20261201T134501Z-<incident_id>.pcapng.cms" or ".object.cms". `copy`: from 2 on there is one of
/// that name already.
std::string file_name(Timestamp opened, const std::string& incident_id, bool is_object,
                      unsigned copy);
/// False: it is not the name of a file of evidence.
bool parse_file_name(const std::string& name, StoredFile& out);

/// All that is there, oldest first.
Result<std::vector<StoredFile>> list_folder(const std::string& folder);

/// What prune took away.
struct Pruned {
  std::uint64_t by_age = 0, by_room = 0, unfinished = 0;
};
/// Removes files older than `keep`, then, if all take more than `bytes_max`, the oldest until they
/// take `bytes_then` at most, and what a crash left unfinished. Other files are nobody's business.
Pruned prune_folder(const std::string& folder, Timestamp now, Duration keep,
                    std::uint64_t bytes_max, std::uint64_t bytes_then);

/// Of a file that is still being written.
inline constexpr const char* kUnfinished = ".part";

}  // namespace outspan::evidence
