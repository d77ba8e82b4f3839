#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace outspan::fingerprint {

/// Tells whether a file is still the one that was read: device, inode, size and time of change.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0, bytes = 0;
  std::int64_t modified_ns = 0;
  auto operator<=>(const FileIdentity&) const noexcept = default;

  /// nullopt: no regular file; errno says why.
  static std::optional<FileIdentity> of(const std::string& path) noexcept;
  static std::optional<FileIdentity> of(int fd) noexcept;
};

}  // namespace outspan::fingerprint
