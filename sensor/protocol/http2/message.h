#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/http/exchange.h"
#include "protocol/http/grpc.h"
#include "protocol/http2/hpack.h"
#include "protocol/object.h"

namespace outspan::protocol::http2 {

/// A head as HTTP/1 would have it, so that both are read alike: "POST /upload HTTP/2.0", then the
/// fields; of trailers the fields alone. What was lost with a header block is "?" or missing.
std::string head_text(const std::vector<Field>& fields, bool trailers);
/// Of a message whose head was lost.
std::string unknown_head(bool answer);

/// One message of a stream as an object, with the parts that HTTP/1 has.
class Message {
 public:
  /// `writer`: of an object that has no part yet.
  Message(std::unique_ptr<ObjectWriter> writer, std::string_view text, const http::Head& head,
          std::string file_name) noexcept;

  void body(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void trailer(std::string_view text) noexcept;
  void pause() noexcept { writer_->pause(); }
  void end(ObjectEnd how) noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return sizeof *this + held_by(writer_);
  }

 private:
  void part(PartKind kind, const char* name, std::string_view text) noexcept;
  void end_body() noexcept;

  std::unique_ptr<ObjectWriter> writer_;
  PartInfo body_;
  std::optional<http::GrpcMessages> grpc_;
  bool in_body_ = false;
};

}  // namespace outspan::protocol::http2
