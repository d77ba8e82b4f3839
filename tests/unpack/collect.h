#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "unpack/pool/pool.h"

namespace outspan::unpack {

/// All that a job hands on.
class Collected final : public ExtractSink {
 public:
  bool begin_member(std::string_view name) noexcept override {
    members.emplace_back(name, "");
    return members.size() <= stop_after;
  }
  bool begin_rest() noexcept override { return begin_member("unread bytes"); }
  bool data(Bytes bytes) noexcept override {
    members.back().second += as_text(bytes);
    return true;
  }
  void end_member() noexcept override { ++ended; }
  void on_encrypted(std::string_view name) noexcept override { encrypted.emplace_back(name); }
  void on_unread(std::uint64_t bytes) noexcept override { unread = bytes; }

  [[nodiscard]] std::string all() const {
    std::string text;
    for (const auto& [name, content] : members) text += content;
    return text;
  }
  [[nodiscard]] std::string of(std::string_view name) const {
    for (const auto& [member, content] : members)
      if (member == name) return content;
    return "no member " + std::string(name);
  }

  std::vector<std::pair<std::string, std::string>> members;
  std::vector<std::string> encrypted;  ///< names
  std::uint64_t unread = 0;            ///< bytes of the file
  std::size_t ended = 0;
  std::size_t stop_after = SIZE_MAX;
};

inline Job submit(Pool& pool, Kind kind, std::string_view bytes, const Limits& limits = {}) {
  SharedFile file;
  file.append(as_bytes(bytes));
  return pool.submit(kind, file, limits);
}

inline std::string read_file(const std::string& name) {
  std::ifstream in(std::string(OUTSPAN_SOURCE_DIR) + "/tests/unpack/files/" + name,
                   std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace outspan::unpack
