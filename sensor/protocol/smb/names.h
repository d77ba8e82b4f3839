#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "core/address.h"
#include "protocol/shared/bounded_table.h"
#include "protocol/smb/message.h"

namespace outspan::protocol::smb {

inline constexpr std::size_t kNameBytesMax = 512;

/// Who logged on.
struct Who {
  std::string user;
  std::string workstation;
};
struct Path {
  std::string share;  ///< "\\server\share"
  std::string path;   ///< in it; empty: not known
};

/// What the connections of a pipeline know of sessions, shares and files. A session may have
/// several connections (multichannel), and all of them have its shares and files.
/// Bound: the tables, with names of at most kNameBytesMax.
/// Thread: the pipeline's (SharedState).
struct Names {
  struct Session {
    IpAddress server;
    std::uint64_t id = 0;
    auto operator<=>(const Session&) const noexcept = default;
  };
  struct Tree {
    Session session;
    std::uint32_t id = 0;
    auto operator<=>(const Tree&) const noexcept = default;
  };
  struct File {
    Session session;
    FileId id;
    auto operator<=>(const File&) const noexcept = default;
  };
  BoundedTable<Session, Who> who{2048};
  BoundedTable<Tree, std::string> shares{4096};
  BoundedTable<File, Path> paths{8192};
};

}  // namespace outspan::protocol::smb
