#pragma once

#include <cstdint>

#include "protocol/parser.h"
#include "protocol/shared/ciphertext_sampler.h"
#include "protocol/shared/loose_object.h"

namespace outspan::protocol {

/// Messages that are ciphertext, as their framing says: `encrypted` where they look so, and
/// searched where they do not. They may be long, so each run of kRunBytes has to look so. After
/// clear text the rest of its run and the next one are searched, whatever they look like.
class SealedMessages {
 public:
  static constexpr std::uint64_t kRunBytes = 16384;

  /// `reason`: in the ledger, static. `other`: of what is no ciphertext. All outlive it.
  SealedMessages(ParserHost& host, Side side, const char* reason, LooseObject& other) noexcept
      : host_(host),
        side_(side),
        reason_(reason),
        other_(other),
        sampler_(host.flow().info.id << 1 | index(side)) {}

  /// The next message begins, and has so many bytes.
  void begin(std::uint64_t message_bytes) noexcept;
  /// Its next bytes, in any pieces.
  void data(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;

 private:
  /// Of the current run, at most `bytes`.
  std::uint64_t take(std::uint64_t bytes) noexcept;

  ParserHost& host_;
  const Side side_;
  const char* const reason_;
  LooseObject& other_;
  CiphertextSampler sampler_;
  std::uint64_t left_ = 0;      // of the message, after the run
  std::uint64_t run_left_ = 0;  // of the run
  bool clear_ = false;          // the run has clear text
  bool clear_before_ = false;   // the run before had
};

}  // namespace outspan::protocol
