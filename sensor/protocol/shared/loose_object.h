#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/object.h"
#include "protocol/parser.h"

namespace outspan::protocol {

/// Bytes of a side that belong to none of a protocol's messages: what lies between them after a
/// hole, padding that is none, fields that anything may stand in. One object of one raw part, begun
/// with the first bytes and only where the side is inspected.
class LooseObject {
 public:
  /// `name`: a static string, "http2 frames". `host` outlives the object.
  LooseObject(ParserHost& host, Side side, std::string_view name) noexcept
      : host_(host), side_(side), name_(name) {}

  void data(Bytes bytes) noexcept { decoded(bytes, bytes.size()); }
  /// As ObjectWriter::decoded().
  void decoded(Bytes bytes, std::uint64_t wire_bytes) noexcept {
    if (bytes.empty() || !host_.flow().inspected(side_)) return;
    if (!writer_) {
      ObjectInfo info;
      info.name = std::string(name_);
      writer_ = host_.objects().begin(host_.flow(), side_, std::move(info));
      writer_->begin_part({});
    } else if (std::exchange(boundary_, false)) {
      writer_->boundary();
    }
    writer_->decoded(bytes, wire_bytes);
  }
  void gap(std::uint64_t missing_bytes) noexcept {
    if (writer_) writer_->gap(missing_bytes);
  }
  /// The next data does not go on what came before.
  void boundary() noexcept { boundary_ = writer_ != nullptr; }
  void pause() noexcept {
    if (writer_) writer_->pause();
  }
  void end(ObjectEnd how) noexcept {
    if (!writer_) return;
    writer_->end_part();
    writer_->end(how);
    writer_.reset();
  }
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_by(writer_); }

 private:
  ParserHost& host_;
  const Side side_;
  const std::string_view name_;
  bool boundary_ = false;
  std::unique_ptr<ObjectWriter> writer_;
};

}  // namespace outspan::protocol
