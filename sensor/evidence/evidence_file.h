#pragma once

#include <cstdint>
#include <string>

namespace outspan::evidence {

/// What an alert says about its evidence. Nothing in here comes from the wire.
struct EvidenceFile {
  std::string name;         ///< in the folder; empty: there is none, see `missing`
  std::string sha256;       ///< of the encrypted file
  std::uint64_t bytes = 0;  ///< of the encrypted file
  std::uint64_t items = 0;  ///< packets in it; 0: it holds an object
  bool cut = false;         ///< earlier packets, or the rest of the object, are not in it
  /// Why there is no file: "nothing-held", "not-written", "busy".
  std::string missing;
};

}  // namespace outspan::evidence
