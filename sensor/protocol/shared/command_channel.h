#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocol/object.h"
#include "protocol/parser.h"

namespace outspan::protocol {

/// One side of a text protocol's conversation as an object: begun with its first bytes, and only
/// where the side is inspected.
class CommandChannel {
 public:
  /// `name`: "smtp session". `host` outlives the channel.
  CommandChannel(ParserHost& host, std::string_view name) noexcept : host_(host), name_(name) {}

  void data(Side side, Bytes bytes, const ObjectInfo& info) noexcept {
    decoded(side, bytes, bytes.size(), info);
  }
  /// As ObjectWriter::decoded().
  void decoded(Side side, Bytes bytes, std::uint64_t wire_bytes, const ObjectInfo& info) noexcept;
  /// A line of `wire_bytes` bytes, as it is to be read. A line end is added.
  void line(Side side, std::string_view text, std::size_t wire_bytes,
            const ObjectInfo& info) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void end(ObjectEnd how) noexcept;
  /// Who and where is known better now. No effect before the first data.
  void learn(const ObjectInfo& info) noexcept;
  /// An address that the conversation itself is from or to. No effect before the first data.
  void participant(Participant participant) noexcept;
  /// It was refused.
  void refused(std::uint32_t envelope, std::uint32_t recipient) noexcept;
  /// No mail was sent with this envelope.
  void abandoned(std::uint32_t envelope) noexcept;

  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_by(writer_); }

 private:
  [[nodiscard]] ObjectWriter& writer(Side side, const ObjectInfo& info) noexcept;

  ParserHost& host_;
  std::string_view name_;
  std::unique_ptr<ObjectWriter> writer_;
};

}  // namespace outspan::protocol
