#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "content/magic.h"
#include "core/bytes.h"

namespace outspan::unpack {
class Pool;
}

namespace outspan::content {

/// Takes the members of an opened container.
class ContainerSink {
 public:
  virtual ~ContainerSink() = default;
  /// false: a budget is used up; the opener stops.
  virtual bool begin_member(std::string name) noexcept = 0;
  /// false: a budget is used up; the opener ends the member and stops.
  virtual bool data(Bytes bytes) noexcept = 0;
  virtual void end_member() noexcept = 0;
};

/// Opens containers that are collected whole first (Limits::object_mib). One object serves all
/// containers of its kind, so it holds no state of theirs. Thread: the pipeline's.
class ContainerOpener {
 public:
  virtual ~ContainerOpener() = default;
  /// `magic`: what identify() says of the beginning.
  [[nodiscard]] virtual bool claims(const Magic& magic) const noexcept = 0;
  /// `whole` may be cut short or damaged: what can be read is handed on. nullptr: all was read;
  /// otherwise the reason why not (see ObjectBlindSpot::reason).
  virtual const char* open(Bytes whole, ContainerSink& sink) const noexcept = 0;
  /// How many times the size of the container is in use while it is opened, beside it.
  [[nodiscard]] virtual std::uint64_t copies() const noexcept { return 0; }
};

/// `pool`: workers for the files that a library must parse; nullptr: those are not opened. Outlives
/// the openers.
std::vector<std::unique_ptr<ContainerOpener>> make_openers(const config::Limits& limits,
                                                           unpack::Pool* pool);

}  // namespace outspan::content
