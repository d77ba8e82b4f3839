#include "tests/fingerprint/support.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <sstream>

namespace outspan::fingerprint {

TestFolder::TestFolder() {
  static std::atomic<int> count{0};
  path_ = std::filesystem::temp_directory_path() /
          ("outspan-test-" + std::to_string(getpid()) + "-" + std::to_string(++count));
  std::filesystem::create_directories(path_);
}
TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

KeyPtr test_key(std::uint8_t which) {
  std::array<std::uint8_t, Key::kBytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * which + 3);
  return Key::from_bytes(bytes);
}

BuildOptions customer_options() {
  BuildOptions options;
  options.columns = {{"email", ColumnType::email},
                     {"phone", ColumnType::phone},
                     {"ticket", ColumnType::ticket},
                     {"name", ColumnType::name}};
  options.built_at_s = 1'700'000'000;
  options.threads = 2;
  return options;
}

Result<BuildReport> build_from(const std::string& text, const std::string& path,
                               const BuildOptions& options, const KeyPtr& key) {
  std::size_t at = 0;
  const ReadBytes read = [&](std::span<char> out) {
    const std::size_t size = std::min(out.size(), text.size() - at);
    std::copy_n(text.data() + at, size, out.data());
    at += size;
    return size;
  };
  return build_index("customers.csv", read, path, key, options, [](const BuildProgress&) {});
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace outspan::fingerprint
