#pragma once

#include <string>
#include <vector>

#include "content/container.h"
#include "content/object_context.h"
#include "content/stage.h"

namespace outspan::content {

/// Collects a container up to Limits::object_mib and the memory budget, then opens it. One that is
/// too large is scanned as bytes and entered into the ledger as skipped.
class ContainerStage final : public Stage {
 public:
  ContainerStage(ObjectContext& context, const Node& node, const ContainerOpener& opener,
                 std::uint32_t depth) noexcept;
  ~ContainerStage() override;

  void data(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override {}
  void finish() noexcept override;

 private:
  void scan_as_bytes(const char* reason) noexcept;
  bool keep(Bytes bytes) noexcept;

  ObjectContext& context_;
  const Node& node_;
  const ContainerOpener& opener_;
  std::uint32_t depth_;
  std::vector<std::uint8_t> whole_;
  std::uint64_t memory_ = 0;
  std::uint64_t wire_begin_;
  std::uint64_t bytes_seen_ = 0;
  StagePtr bytes_;  // set: it was not to be collected
  const char* reason_ = nullptr;
};

}  // namespace outspan::content
