#pragma once

#include <string>
#include <vector>

namespace outspan::app {

/// What the command line of `fingerprint build` and `update` said.
struct FingerprintOptions {
  std::string source;  ///< a file; "-" is standard input
  std::string index;
  std::string key;
  bool new_key = false;
  std::vector<std::string> columns;  ///< HEADER:TYPE
  std::vector<std::string> countries;
  std::vector<std::string> ticket_formats;
  std::string canary_column;
  std::string separator;
  unsigned threads = 0;  ///< 0: one a core
  bool allow_shrink = false;
  bool quiet = false;
  std::string column;  ///< `lookup`: only this one
};

int fingerprint_build(const FingerprintOptions& options);
int fingerprint_update(const FingerprintOptions& options);
int fingerprint_info(const FingerprintOptions& options);
int fingerprint_verify(const FingerprintOptions& options);
int fingerprint_lookup(const FingerprintOptions& options);

}  // namespace outspan::app
