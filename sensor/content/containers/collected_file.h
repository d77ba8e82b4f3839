#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "content/chain/file_queue.h"
#include "content/chain/kept_bytes.h"
#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "unpack/pool/pool.h"

namespace outspan::content {

/// A file on its way through a worker: opened, and scanned as bytes where nothing came out of it or
/// its parser was ended by a limit or a crash. What a parser cannot read of a file that it has read
/// in part it hands on itself: to scan all of it would find again what stands in its members.
class CollectedFile final : public QueuedFile, private unpack::ExtractSink {
 public:
  /// `wire`: its bytes on the wire.
  CollectedFile(ObjectContext& context, const Node& node, unpack::Kind kind, std::uint32_t depth,
                KeptBytes bytes, std::uint64_t wire) noexcept;
  ~CollectedFile() override;

  bool step(unpack::Pool& pool, std::uint64_t bytes_max, bool wait) noexcept override;

 private:
  bool share(std::uint64_t bytes_max) noexcept;
  void start(unpack::Pool& pool) noexcept;
  void opened(unpack::Outcome outcome) noexcept;
  [[nodiscard]] StagePtr as_bytes() noexcept;
  bool scan(std::uint64_t bytes_max) noexcept;
  void tell() noexcept;
  bool begin_member(std::string_view name) noexcept override;
  bool begin_rest() noexcept override;
  bool data(Bytes bytes) noexcept override;
  void end_member() noexcept override;
  void on_encrypted(std::string_view name) noexcept override;
  void on_unread(std::uint64_t bytes) noexcept override { unread_ = bytes; }

  ObjectContext& context_;
  const Node& node_;
  unpack::Kind kind_;
  std::uint32_t depth_;
  KeptBytes kept_;             // what has not been moved to `shared_`
  unpack::SharedFile shared_;  // its bytes are charged to the budget
  std::uint64_t wire_;
  std::optional<unpack::Job> job_;
  StagePtr member_;
  bool is_rest_ = false;  // member_ is none: it reads what is left of the file
  StagePtr as_bytes_;     // set: it is scanned
  bool scans_ = true;
  std::uint64_t handed_on_ = 0;
  std::optional<std::uint64_t> unread_;
  std::uint64_t scanned_ = 0;  // of `shared_`
  const char* reason_ = nullptr;
  std::vector<std::string> encrypted_names_;
};

}  // namespace outspan::content
