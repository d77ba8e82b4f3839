#include "content/field_reader.h"

#include <string>

#include "content/mail/mime_header.h"

namespace outspan::content {
namespace {

config::Config small(const config::Config& config) {
  config::Config own;
  own.inspect_disguises = config.inspect_disguises;
  own.limits.memory_mib = 16;
  own.limits.expanded_mib = 1;
  own.limits.parts = 100;
  return own;
}

}  // namespace

FieldReader::FieldReader(const config::Config& config) : inspector_(small(config), *this, *this) {}

/// As the body of a message, as the query of a URL, and with the words of a mail's header undone.
void FieldReader::read(std::string_view text, TextSink& sink) noexcept {
  sink_ = &sink;
  read_part(protocol::PartKind::body, text);
  read_part(protocol::PartKind::url, text);
  if (text.find("=?") != std::string_view::npos)
    read_part(protocol::PartKind::body, decode_words(text));
  sink_ = nullptr;
}

void FieldReader::read_part(protocol::PartKind kind, std::string_view text) noexcept {
  const auto writer = inspector_.begin(flow_, Side::client, {});
  protocol::PartInfo part;
  part.kind = kind;
  writer->begin_part(std::move(part));
  account_.deliver(Side::client, text.size());
  writer->data(as_bytes(text));
  writer->end_part();
  writer->end(protocol::ObjectEnd::complete);
}

}  // namespace outspan::content
