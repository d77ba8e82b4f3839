#pragma once

#include "content/container.h"
#include "unpack/pool.h"

namespace outspan::content {

/// Files of one kind, opened by a worker process of unpack/. Waits for it, up to
/// config::Limits::unpack_seconds of the worker's own time.
class UnpackOpener final : public ContainerOpener {
 public:
  UnpackOpener(unpack::Pool& pool, unpack::Kind kind, const config::Limits& limits) noexcept;
  [[nodiscard]] bool claims(const Magic& magic) const noexcept override;
  const char* open(Bytes whole, ContainerSink& sink) const noexcept override;
  [[nodiscard]] std::uint64_t copies() const noexcept override { return 1; }

 private:
  unpack::Pool& pool_;
  unpack::Kind kind_;
  unpack::Limits limits_;
};

}  // namespace outspan::content
