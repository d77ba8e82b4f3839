#pragma once

#include <string>
#include <vector>

namespace outspan::app {

/// What the command line of `fingerprint` said.
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

enum class FingerprintCommand { build, update, info, verify, lookup };

/// The commands that need no more than the sensor itself.
int fingerprint_info(const FingerprintOptions& options);
int fingerprint_verify(const FingerprintOptions& options);

/// The commands that read customers' values. They belong to the program outspan-fingerprint: it
/// links libphonenumber, which the sensor does not.
int fingerprint_build(const FingerprintOptions& options);
int fingerprint_update(const FingerprintOptions& options);
int fingerprint_lookup(const FingerprintOptions& options);

/// Runs outspan-fingerprint with the arguments of this program, in its place: returns only if that
/// program is missing.
int run_builder(char** arguments);

}  // namespace outspan::app
