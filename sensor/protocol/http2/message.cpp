#include "protocol/http2/message.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol::http2 {
namespace {

constexpr std::string_view kUnknownTarget = "(unknown)";

/// Nothing in a field may end its line.
void append_line(std::string& text, std::string_view name, std::string_view value) {
  const std::size_t begin = text.size();
  text += name;
  text += ": ";
  text += value;
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(),
      [](char c) { return c == '\r' || c == '\n'; }, ' ');
  text += "\r\n";
}

/// A pseudo header field; "?" if the head ought to have it.
std::string_view pseudo(const std::vector<Field>& fields, std::string_view name,
                        std::string_view otherwise) {
  for (const Field& field : fields)
    if (field.name == name) return field.value_known ? std::string_view(field.value) : "?";
  return otherwise;
}

/// Whether the first line (or "host") has the field already: the first of its name, of those that a
/// head of its kind has. What else begins with a colon a sender made up.
bool is_in_first_line(const std::vector<Field>& fields, const Field& field, bool answer) {
  const auto first = std::find_if(fields.begin(), fields.end(),
                                  [&field](const Field& each) { return each.name == field.name; });
  if (&*first != &field) return false;
  if (answer) return field.name == ":status";
  if (field.name == ":scheme") return field.value == "http" || field.value == "https";
  if (field.name == ":path") return pseudo(fields, ":method", "") != "CONNECT";
  return field.name == ":method" || field.name == ":authority";
}

}  // namespace

std::string unknown_head(bool answer) {
  if (answer) return "HTTP/2.0 000\r\n\r\n";
  return "? " + std::string(kUnknownTarget) + " HTTP/2.0\r\n\r\n";
}

std::string head_text(const std::vector<Field>& fields, bool trailers) {
  const std::string_view status = pseudo(fields, ":status", "");
  const std::string_view authority = pseudo(fields, ":authority", "");
  std::string text;
  if (trailers) {
    // They have no line of their own.
  } else if (!status.empty()) {
    text = "HTTP/2.0 " + std::string(status == "?" ? "000" : status) + "\r\n";
  } else {
    const std::string_view method = pseudo(fields, ":method", "?");
    text = std::string(method) + ' ';
    text += pseudo(fields, ":path", method == "CONNECT" ? authority : kUnknownTarget);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    text += " HTTP/2.0\r\n";
    if (!authority.empty()) append_line(text, "host", authority);
  }
  for (const Field& field : fields) {
    const bool told = !trailers && field.name.starts_with(':') &&
                      is_in_first_line(fields, field, !status.empty());
    if (!told && (field.name_known || field.value_known))
      append_line(text, field.name, field.value);
  }
  return text + "\r\n";
}

Message::Message(std::unique_ptr<ObjectWriter> writer, std::string_view text,
                 const http::Head& head, std::string file_name) noexcept
    : writer_(std::move(writer)), body_(http::body_part(head, std::move(file_name))) {
  if (http::GrpcMessages::is_grpc(head.content_type))
    grpc_.emplace(body_, head.grpc_encoding);
  else
    body_.declared_bytes = head.content_length.value_or(0);
  if (head.is_request) {
    part(PartKind::url, "", head.target);
    std::string rest(text.substr(0, head.target_begin));
    rest += text.substr(head.target_begin + head.target.size());
    part(PartKind::http_head, "", rest);
  } else {
    part(PartKind::http_head, "", text);
  }
}

void Message::part(PartKind kind, const char* name, std::string_view text) noexcept {
  PartInfo info;
  info.kind = kind;
  info.name = name;
  writer_->begin_part(std::move(info));
  writer_->decoded(as_bytes(text), 0);  // of a block that is claimed as a whole
  writer_->end_part();
}

void Message::body(Bytes bytes) noexcept {
  if (bytes.empty()) return;
  if (grpc_) {
    grpc_->data(bytes, *writer_);
  } else {
    if (!in_body_) writer_->begin_part(body_);
    writer_->data(bytes);
  }
  in_body_ = true;
}

void Message::gap(std::uint64_t missing_bytes) noexcept {
  if (grpc_) {
    grpc_->gap(missing_bytes, *writer_);
  } else {
    if (!in_body_) writer_->begin_part(body_);
    writer_->gap(missing_bytes);
  }
  in_body_ = true;
}

void Message::end_body() noexcept {
  if (!in_body_) return;
  if (grpc_)
    grpc_->finish(*writer_);
  else
    writer_->end_part();
  in_body_ = false;
}

void Message::trailer(std::string_view text) noexcept {
  end_body();
  part(PartKind::http_head, "trailer", text);
}

void Message::end(ObjectEnd how) noexcept {
  end_body();
  writer_->end(how);
}

}  // namespace outspan::protocol::http2
