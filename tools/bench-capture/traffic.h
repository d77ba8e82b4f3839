#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "frames.h"
#include "sessions.h"

namespace outspan::bench_capture {

/// One TCP connection carrying one session: handshake, segments with acknowledgements, end.
class Connection {
 public:
  Connection(std::unique_ptr<Session> session, Peer client, Peer server,
             std::uint32_t sequence_start);

  /// Writes a burst of one side. False: the connection is closed. 0.2 % of the segments come
  /// swapped, 0.1 % twice.
  bool step(CaptureWriter& out, Random& random);

  const Peer& client() const noexcept { return client_; }

 private:
  enum class State : std::uint8_t { new_one, open, closed };
  void open(CaptureWriter& out);
  void close(CaptureWriter& out);
  void burst(CaptureWriter& out, Random& random);
  std::string_view piece(std::size_t offset, std::string& joined) const;

  std::unique_ptr<Session> session_;
  Peer client_, server_;
  std::uint32_t client_sequence_, server_sequence_;
  Message message_;
  std::size_t sent_ = 0;  ///< bytes of message_
  State state_ = State::new_one;
};

struct MixTotals {
  std::uint64_t sessions = 0;
  std::uint64_t payload_bytes = 0;
};

/// 60 % downloads, 25 % uploads, 10 % mail, 5 % TLS by payload, 2,000 connections at once.
MixTotals write_mix(CaptureWriter& out, std::uint64_t size_bytes, std::uint64_t seed,
                    Planted& planted);

enum class LeakFormat : std::uint8_t { csv, json };
/// Uploads in which every line is a customer, `rows_per_upload` in each, from a few clients in
/// turn.
MixTotals write_leak(CaptureWriter& out, std::uint64_t size_bytes, std::uint64_t rows_per_upload,
                     LeakFormat format, Planted& planted);

/// Each body as an upload of its own, one after the other, again and again up to `size_bytes` and
/// at least once.
MixTotals write_uploads(CaptureWriter& out, const std::vector<std::string>& bodies,
                        std::uint64_t size_bytes);

/// `flows` connections that are all open at the same time, with two small requests each.
MixTotals write_many_flows(CaptureWriter& out, std::uint64_t flows);

}  // namespace outspan::bench_capture
