#pragma once

#include "content/container.h"

namespace outspan::content {

/// POSIX ustar, pax and GNU tar archives.
class TarOpener final : public ContainerOpener {
 public:
  [[nodiscard]] bool claims(const Magic& magic) const noexcept override;
  const char* open(Bytes whole, ContainerSink& sink) const noexcept override;
};

}  // namespace outspan::content
