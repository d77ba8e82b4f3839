#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "capture/source.h"

namespace outspan::capture {

/// Makes one notice of the beginning and one of the end out of drops that are counted now and then:
/// a spell ends when there was none for a while.
class DropSpell {
 public:
  /// `kind`: of the notices, "kernel_drops"; at the end it is "kernel_drops_over".
  /// `who`: "eth1: the kernel"; `why`: what to do about it.
  DropSpell(std::string kind, std::string who, std::string why)
      : kind_(std::move(kind)), who_(std::move(who)), why_(std::move(why)) {}

  /// `packets`, `dropped`: since the last call; `packets` includes those that were dropped.
  std::optional<SourceNotice> count(std::uint64_t packets, std::uint64_t dropped,
                                    std::chrono::steady_clock::time_point now);

 private:
  std::string kind_;
  std::string who_;
  std::string why_;
  bool on_ = false;
  std::uint64_t packets_ = 0;
  std::uint64_t dropped_ = 0;
  std::chrono::steady_clock::time_point since_{};
  std::chrono::steady_clock::time_point latest_{};
};

}  // namespace outspan::capture
