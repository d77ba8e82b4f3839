#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fingerprint/build/builder.h"
#include "fingerprint/index/index.h"

namespace outspan::fingerprint {

/// A folder that goes away with the test.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The same key every time; `which` makes another one.
KeyPtr test_key(std::uint8_t which = 1);

/// Options for columns email, phone, ticket and name as tools/customers has them.
BuildOptions customer_options();

/// Builds from a text. The file stands at `path`.
Result<BuildReport> build_from(const std::string& text, const std::string& path,
                               const BuildOptions& options, const KeyPtr& key = test_key());

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

}  // namespace outspan::fingerprint
