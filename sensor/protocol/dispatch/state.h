#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/config.h"
#include "protocol/dispatch/classifier.h"
#include "protocol/object.h"
#include "protocol/parser.h"
#include "protocol/shared_state.h"

namespace outspan::protocol {

/// What all flows of one pipeline share.
struct DispatchState {
  DispatchState(const config::Limits& all_limits, ObjectSink& object_sink,
                std::span<const ProtocolEntry> table) noexcept
      : limits(all_limits),
        objects(object_sink),
        protocols(table),
        classifier(all_limits.classified_flows) {}

  [[nodiscard]] std::size_t header_bytes() const noexcept {
    return std::size_t{limits.header_kib} * 1024;
  }

  const config::Limits& limits;
  ObjectSink& objects;
  std::span<const ProtocolEntry> protocols;
  SharedState shared;
  Classifier classifier;

  struct Counters {
    std::uint64_t claimed = 0;
    std::uint64_t raw_streams = 0;
    std::uint64_t datagram_flows = 0;
    std::uint64_t reclaimed = 0;  ///< raw streams that turned out to be a protocol
    std::uint64_t restarts = 0;
    std::uint64_t restarts_refused = 0;  ///< more of them than one flow may have
    std::uint64_t fall_backs = 0;
    std::uint64_t openings_full = 0;  ///< nobody could decide within Limits::header_kib

    struct Unread {
      std::uint64_t messages = 0;
      std::uint64_t bytes = 0;
      void count(std::uint64_t message_bytes) noexcept {
        ++messages;
        bytes += message_bytes;
      }
    };
    std::array<Unread, 256> unread_protocols;  ///< by number; of inspected sides
  } counters;
};

}  // namespace outspan::protocol
