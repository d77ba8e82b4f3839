#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/parser.h"
#include "protocol/shared/bounded_table.h"
#include "protocol/shared/file_writer.h"
#include "protocol/shared/sasl.h"
#include "protocol/smb/message.h"
#include "protocol/smb/names.h"

namespace outspan::protocol::smb {

/// A file as one connection writes and reads it: an object a direction.
class OpenFile {
 public:
  OpenFile(Path path, bool from_begin) noexcept : path_(std::move(path)), from_begin_(from_begin) {}

  /// A block begins that `side` sends. `who`: of its session, nullptr where it was not seen.
  void begin_block(ParserHost& host, Side side, bool written, std::uint64_t offset,
                   const Who* who) noexcept;
  /// False: the file was given up meanwhile.
  bool data(Side side, Bytes bytes) noexcept;
  void gap(Side side, std::uint64_t missing_bytes) noexcept;
  /// Nothing more of what `side` sends.
  void close(Side side) noexcept;
  void pause(Timestamp now) noexcept;

  FileId id{};  ///< zero: the server has not answered

 private:
  [[nodiscard]] ObjectInfo info(bool written, const Who* who) const noexcept;
  [[nodiscard]] bool is_pipe() const noexcept { return path_.share.ends_with("\\IPC$"); }

  Path path_;
  bool from_begin_;  // its opening was seen: the first block has offset 0
  std::array<std::unique_ptr<FileWriter>, 2> writers_;
  std::array<std::uint64_t, 2> end_{};  // after the latest block, by Side
};
using OpenFilePtr = std::shared_ptr<OpenFile>;

/// What both sides of a connection know: open requests and files.
///
/// Bound: kRequestsMax, kFilesMax, names of kNameBytesMax.
class Connection {
 public:
  static constexpr std::size_t kRequestsMax = 1024;
  static constexpr std::size_t kFilesMax = 256;
  /// What an open request, an open file may have in memory, as measured.
  static constexpr std::uint64_t kRequestHeldBytes = 320;
  static constexpr std::uint64_t kFileHeldBytes = 8192;

  explicit Connection(StreamHost& host) noexcept
      : host_(host), names_(host.shared().get<Names>()) {}

  /// A message of `side` begins, and with it a chain of commands.
  void begin_chain(Side side) noexcept { chains_[index(side)] = {}; }
  /// A command of `side` begins; `message` is all of it, or its first bytes. Learns what is in it,
  /// and gives the block of a file that it carries: nullptr where there is none.
  OpenFilePtr request(Side side, const Head& head, Bytes message, Block& block) noexcept;
  OpenFilePtr response(Side side, const Head& head, Bytes message, Block& block) noexcept;

  /// nullptr: the log-on was not seen.
  [[nodiscard]] const Who* who(Side server, const Head& head) noexcept;
  /// Whether `token` of a log-on is to be left out of the search.
  bool hides(Bytes token) noexcept;
  void pause() noexcept;
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return sizeof *this + requests_.size() * kRequestHeldBytes + files_.size() * kFileHeldBytes;
  }

 private:
  struct Request {
    Command command = Command::last;
    FileId file;
    std::uint64_t offset = 0;
    std::string name{};    ///< of CREATE and TREE_CONNECT
    OpenFilePtr opened{};  ///< that has no FileId yet, or is in a chain
  };
  /// What the requests before it in a chain are about (MS-SMB2, 3.2.4.1.4).
  struct Chain {
    OpenFilePtr file;
    std::optional<std::uint64_t> create;  ///< the message that opens it
    std::optional<FileId> id;
  };

  [[nodiscard]] Names::Session session(Side server, const Head& head) const noexcept {
    return {host_.flow().info.ends[index(server)].address, head.session};
  }
  OpenFilePtr file(Side server, const Head& head, FileId id) noexcept;
  OpenFilePtr file_in_chain(Side client, const Head& head, FileId id) noexcept;
  [[nodiscard]] std::string share(Side server, const Head& head) noexcept;
  void ask(const Head& head, Request request) noexcept;
  void log_on(Side client, const Head& head, Bytes message) noexcept;
  void close_request(Side client, const Head& head, FileId id) noexcept;
  void created(Side server, const Head& head, FileId id, Request request) noexcept;
  void closed(Side server, const Head& head, const Request& request) noexcept;
  OpenFilePtr read(Side server, const Head& head, std::optional<Request> request,
                   Block& block) noexcept;

  StreamHost& host_;
  Names& names_;
  CredentialAllowance allowance_;
  BoundedTable<std::uint64_t, Request> requests_{kRequestsMax};
  BoundedTable<FileId, OpenFilePtr> files_{kFilesMax};
  std::array<Chain, 2> chains_;  // by Side
  /// What is read by requests that were not seen: a file ends with a block that is shorter than the
  /// one before.
  OpenFilePtr orphan_;
  std::uint64_t orphan_block_bytes_ = 0;
  bool orphan_ends_ = false;
};

}  // namespace outspan::protocol::smb
