#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace outspan::content {

/// Takes the members of an opened container.
class ContainerSink {
 public:
  virtual ~ContainerSink() = default;
  /// false: a budget is used up; the opener stops.
  virtual bool begin_member(std::string name) noexcept = 0;
  virtual void data(Bytes bytes) noexcept = 0;
  virtual void end_member() noexcept = 0;
};

/// Opens containers that are collected whole first (Limits::object_mib). One object serves all
/// containers of its kind, so it holds no state. Thread: the pipeline's.
class ContainerOpener {
 public:
  virtual ~ContainerOpener() = default;
  /// `beginning`: at most kMagicBytes.
  [[nodiscard]] virtual bool claims(Bytes beginning) const noexcept = 0;
  /// `whole` may be cut short or damaged: what can be read is handed on. nullptr: all was read;
  /// otherwise the reason why not (see ObjectBlindSpot::reason).
  virtual const char* open(Bytes whole, ContainerSink& sink) const noexcept = 0;
};

std::vector<std::unique_ptr<ContainerOpener>> make_openers();

}  // namespace outspan::content
