#include "protocol/http/grpc.h"

#include <algorithm>
#include <utility>

#include "text/ascii.h"

namespace outspan::protocol::http {
namespace {

constexpr std::string_view kType = "application/grpc";

std::string_view media_type(std::string_view content_type) noexcept {
  return text::trimmed(content_type.substr(0, content_type.find(';')));
}

}  // namespace

bool GrpcMessages::is_grpc(std::string_view content_type) noexcept {
  const std::string_view type = media_type(content_type);
  return text::starts_ignoring_case(type, kType) &&
         !text::contains_ignoring_case(type, "grpc-web-text");
}

GrpcMessages::GrpcMessages(PartInfo body, std::string_view grpc_encoding) noexcept
    : body_(std::move(body)), coding_(text::lower_case(grpc_encoding)) {
  const std::string_view type = media_type(body_.content_type);
  const std::size_t plus = type.find('+');
  const std::string form(plus == std::string_view::npos ? "proto" : type.substr(plus + 1));
  body_.content_type = "application/" + (form == "proto" ? "x-protobuf" : form);
}

void GrpcMessages::begin_part(Part wanted, ObjectWriter& out) noexcept {
  if (part_ == wanted) return;
  if (part_ != Part::none) out.end_part();
  part_ = wanted;
  PartInfo part = body_;
  if (wanted == Part::compressed) part.codings.push_back(coding_);
  out.begin_part(std::move(part));
}

void GrpcMessages::data(Bytes bytes, ObjectWriter& out) noexcept {
  while (!bytes.empty()) {
    if (lost_) {
      begin_part(Part::plain, out);
      out.data(bytes);
      return;
    }
    if (left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      out.data(bytes.first(size));
      bytes = bytes.subspan(size);
      left_ -= size;
      if (left_ == 0) out.boundary();
      continue;
    }
    const std::size_t size = std::min(kPrefixBytes - prefix_bytes_, bytes.size());
    std::copy_n(bytes.begin(), size, prefix_.begin() + prefix_bytes_);
    prefix_bytes_ += size;
    bytes = bytes.subspan(size);
    if (prefix_bytes_ < kPrefixBytes) return;
    ByteCursor prefix(prefix_);
    const std::uint8_t flags = prefix.u8();
    left_ = prefix.u32();
    prefix_bytes_ = 0;
    // Compressed, and the trailers of gRPC-Web.
    constexpr std::uint8_t kCompressed = 0x01, kTrailers = 0x80;
    lost_ = (flags & ~(kCompressed | kTrailers)) != 0;
    const bool compressed = !lost_ && flags == kCompressed && !coding_.empty();
    begin_part(compressed ? Part::compressed : Part::plain, out);
    if (lost_)
      out.data(prefix_);
    else
      out.framing(kPrefixBytes);
  }
}

void GrpcMessages::gap(std::uint64_t missing_bytes, ObjectWriter& out) noexcept {
  if (part_ == Part::none) begin_part(Part::plain, out);
  out.gap(missing_bytes);
  if (missing_bytes <= left_ && prefix_bytes_ == 0) {
    left_ -= missing_bytes;
    return;
  }
  if (prefix_bytes_ > 0) out.data(Bytes(prefix_).first(prefix_bytes_));
  prefix_bytes_ = 0;
  lost_ = true;
}

void GrpcMessages::finish(ObjectWriter& out) noexcept {
  if (prefix_bytes_ > 0) {
    begin_part(Part::plain, out);
    out.data(Bytes(prefix_).first(prefix_bytes_));
  }
  prefix_bytes_ = 0;
  if (part_ != Part::none) out.end_part();
  part_ = Part::none;
}

}  // namespace outspan::protocol::http
