#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "content/object_context.h"
#include "content/stage.h"
#include "unpack/pool.h"

namespace outspan::content {

/// A file on its way through a worker: opened, and where that fails scanned as bytes.
class CollectedFile final : private unpack::ExtractSink {
 public:
  /// `memory` bytes are charged to the budget for `bytes`, and given back by the file. `wire`: its
  /// bytes on the wire.
  CollectedFile(ObjectContext& context, const Node& node, unpack::Kind kind, std::uint32_t depth,
                std::vector<std::uint8_t> bytes, std::uint64_t memory, std::uint64_t wire) noexcept;
  ~CollectedFile() override;

  /// Works on it until about `bytes_max` bytes have been handed on; `wait`: until it is done.
  /// Returns whether it is done.
  bool step(unpack::Pool& pool, std::uint64_t bytes_max, bool wait) noexcept;

 private:
  bool start(unpack::Pool& pool) noexcept;
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
  std::vector<std::uint8_t> bytes_;
  std::uint64_t memory_;
  std::uint64_t wire_;
  std::optional<unpack::Job> job_;
  StagePtr member_;
  StagePtr as_bytes_;  // set: it could not be opened, or not all of it
  std::size_t scanned_ = 0;
  const char* reason_ = nullptr;
  std::vector<std::string> encrypted_names_;
};

}  // namespace outspan::content
