#pragma once

#include <cstdint>
#include <memory>

#include "core/bytes.h"

namespace outspan::content {

/// One step on the way from wire bytes to text: a decoder, a parser, a window maker. Stages own the
/// stages behind them and push.
///
/// Calls:   any mix of data, gap, boundary and pause, then one finish. Destroying without finish
///          drops what is pending.
/// Thread:  the pipeline's.
/// Borrows: bytes until the call returns.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;

  virtual void data(Bytes bytes) noexcept = 0;
  /// Bytes are missing here. No value spans it.
  virtual void gap() noexcept = 0;
  /// What follows is a message of its own, in the same form.
  virtual void boundary() noexcept = 0;
  /// Nothing more for a while: hand on what can be handed on.
  virtual void pause() noexcept = 0;
  virtual void finish() noexcept = 0;
};

using StagePtr = std::unique_ptr<Stage>;

}  // namespace outspan::content
