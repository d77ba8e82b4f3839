#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

namespace outspan {

inline constexpr std::string_view kCredential = "credential:";

/// The path of a secret's file. "credential:NAME" is one that systemd hands over
/// (LoadCredential=); anything else is a path already.
inline std::string credential_path(const std::string& path) {
  if (!path.starts_with(kCredential)) return path;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return (folder != nullptr ? std::string(folder) + "/" : std::string()) +
         path.substr(kCredential.size());
}

}  // namespace outspan
