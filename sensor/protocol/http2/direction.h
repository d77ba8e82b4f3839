#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/held_memory.h"
#include "protocol/http2/frame.h"
#include "protocol/http2/hpack.h"
#include "protocol/http2/streams.h"
#include "protocol/parser.h"
#include "protocol/shared/loose_object.h"

namespace outspan::protocol::http2 {

/// What one side sends: cuts it in frames, undoes padding and HPACK, and finds the next frame after
/// a hole.
///
/// Bound: a header block, Limits::header_kib; a frame header while looking for one.
class Direction {
 public:
  Direction(ParserHost& host, Streams& streams, Side side) noexcept;

  /// The first bytes decide whether the connection is seen from its beginning.
  void data(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close() noexcept;
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return hpack_.held_bytes() + heap_bytes(block_) + heap_bytes(pending_) + loose_.held_bytes() +
           pings_.held_bytes();
  }

 private:
  enum class State : std::uint8_t { start, preface, header, payload, lost };

  void start(Bytes bytes) noexcept;
  Bytes take_preface(Bytes bytes) noexcept;
  Bytes take_header(Bytes bytes) noexcept;
  Bytes take_payload(Bytes bytes) noexcept;
  Bytes take_lost(Bytes bytes) noexcept;
  [[nodiscard]] bool may_begin_here(Bytes bytes) noexcept;

  bool begin_frame() noexcept;
  bool begin_content() noexcept;
  void content(Bytes bytes) noexcept;
  void padding(Bytes bytes) noexcept;
  void end_frame() noexcept;
  void block(Bytes fragment) noexcept;
  void end_block() noexcept;
  void lose() noexcept;
  void unread(std::uint64_t bytes) noexcept;
  void give_head(const std::vector<Field>& fields) noexcept;
  void give_partial() noexcept;
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, bytes); }

  ParserHost& host_;
  Streams& streams_;
  const Side side_;
  State state_ = State::start;
  std::size_t preface_bytes_ = 0;

  std::array<std::uint8_t, FrameHeader::kBytes> header_{};
  std::size_t header_bytes_ = 0;
  FrameHeader frame_;
  std::uint32_t left_ = 0;                // of the payload
  std::array<std::uint8_t, 8> fields_{};  // before the content: padding, priority, promised stream
  std::size_t fields_bytes_ = 0;
  std::size_t fields_wanted_ = 0;
  std::uint32_t padding_ = 0;

  HpackDecoder hpack_;
  std::string block_;  // of HEADERS or PUSH_PROMISE and their CONTINUATIONs
  FrameHeader block_frame_;
  std::uint32_t promised_ = 0;
  bool in_block_ = false;
  bool block_lost_ = false;
  std::uint64_t block_bytes_ = 0;

  std::string pending_;  // lost: may be the beginning of a frame
  std::uint64_t unread_bytes_ = 0;
  bool damaged_ = false;
  LooseObject loose_;
  LooseObject pings_;
};

}  // namespace outspan::protocol::http2
