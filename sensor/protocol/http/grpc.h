#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "protocol/object.h"

namespace outspan::protocol::http {

/// The messages of a gRPC body (PROTOCOL-HTTP2.md of grpc/grpc): each has a prefix of five bytes,
/// and is compressed by itself, or not.
class GrpcMessages {
 public:
  /// Whether a body of that type is one; of gRPC-Web in base64 it is not.
  static bool is_grpc(std::string_view content_type) noexcept;
  /// `body`: of the whole message of HTTP. The parts take the type after its "+"; those of
  /// compressed messages have the coding that grpc-encoding names.
  GrpcMessages(PartInfo body, std::string_view grpc_encoding) noexcept;

  /// Gives `out` what `bytes` have of messages, without prefixes, with a boundary after each, in
  /// parts that it begins.
  void data(Bytes bytes, ObjectWriter& out) noexcept;
  /// Lost bytes; where messages begin after more than the current one is a guess.
  void gap(std::uint64_t missing_bytes, ObjectWriter& out) noexcept;
  /// The end of the body.
  void finish(ObjectWriter& out) noexcept;

 private:
  static constexpr std::size_t kPrefixBytes = 5;
  enum class Part : std::uint8_t { none, plain, compressed };
  void begin_part(Part wanted, ObjectWriter& out) noexcept;

  PartInfo body_;
  std::string coding_;
  Part part_ = Part::none;
  std::array<std::uint8_t, kPrefixBytes> prefix_{};
  std::size_t prefix_bytes_ = 0;
  std::uint64_t left_ = 0;
  bool lost_ = false;  // no prefix where one must be: the rest is one message
};

}  // namespace outspan::protocol::http
