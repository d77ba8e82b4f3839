#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "content/kept_bytes.h"
#include "content/object_context.h"
#include "content/stage.h"
#include "unpack/pool.h"

namespace outspan::content {

/// A file on its way through a worker: opened, and where that fails scanned as bytes.
class CollectedFile final : private unpack::ExtractSink {
 public:
  /// `wire`: its bytes on the wire.
  CollectedFile(ObjectContext& context, const Node& node, unpack::Kind kind, std::uint32_t depth,
                KeptBytes bytes, std::uint64_t wire) noexcept;
  ~CollectedFile() override;

  /// Works on it until about `bytes_max` bytes have been handed on; `wait`: until it is done.
  /// Returns whether it is done.
  bool step(unpack::Pool& pool, std::uint64_t bytes_max, bool wait) noexcept;

 private:
  bool share(std::uint64_t bytes_max) noexcept;
  void start(unpack::Pool& pool) noexcept;
  void opened(unpack::Outcome outcome) noexcept;
  bool scan(std::uint64_t bytes_max) noexcept;
  bool begin_member(std::string_view name) noexcept override;
  bool data(Bytes bytes) noexcept override;
  void end_member() noexcept override;
  void on_encrypted(std::string_view name) noexcept override;

  ObjectContext& context_;
  const Node& node_;
  unpack::Kind kind_;
  std::uint32_t depth_;
  KeptBytes kept_;             // what has not been moved to `shared_`
  unpack::SharedFile shared_;  // its bytes are charged to the budget
  std::uint64_t wire_;
  std::optional<unpack::Job> job_;
  StagePtr member_;
  StagePtr as_bytes_;          // set: it could not be opened, or not all of it
  std::uint64_t scanned_ = 0;  // of `shared_`
  const char* reason_ = nullptr;
  std::vector<std::string> encrypted_names_;
};

}  // namespace outspan::content
