#include "content/mail/entity_stage.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "content/mail/decided_stage.h"
#include "content/mail/header_guess.h"
#include "content/mail/mime_header.h"
#include "content/mail/multipart_stage.h"
#include "content/mail/transfer_decoding.h"
#include "content/mail/transfer_label.h"

namespace outspan::content {
namespace {

bool is_one_of(std::string_view field, std::span<const std::string_view> fields) noexcept {
  if (field.starts_with("resent-")) field.remove_prefix(7);
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

/// Whom a mail is from: the first address of each of these fields.
constexpr std::array<std::string_view, 4> kSenderFields{"from", "sender", "reply-to",
                                                        "return-path"};
/// Whom it is to, where the envelope was not seen; otherwise that says it.
constexpr std::array<std::string_view, 6> kReceiverFields{
    "to", "cc", "bcc", "delivered-to", "x-original-to", "x-envelope-to"};

/// The mail's own addresses, which stand in where the envelope was not seen. Other fields
/// (Errors-To, Disposition-Notification-To) may name anybody: they are content.
void fill_participants(protocol::ObjectInfo& info, const std::vector<MimeField>& fields) {
  const bool from_empty = info.actor.email_from.empty();
  const bool to_empty = info.destination.email_to.empty();
  const auto add = [&info](std::string& address) {
    if (info.participants.size() < protocol::kReceiversMax)
      info.participants.push_back({std::move(address)});
  };
  for (const MimeField& field : fields) {
    const bool sender = is_one_of(field.name, kSenderFields);
    if (!sender && (!to_empty || !is_one_of(field.name, kReceiverFields))) continue;
    std::vector<std::string> addresses = parse_addresses(field.value);
    if (addresses.empty()) continue;
    if (from_empty && info.actor.email_from.empty() && field.name == "from")
      info.actor.email_from = addresses.front();
    if (field.name == "to" || field.name == "cc" || field.name == "bcc")
      info.destination.email_to.insert(info.destination.email_to.end(), addresses.begin(),
                                       addresses.end());
    if (sender) addresses.resize(1);
    for (std::string& address : addresses) add(address);
  }
}

/// Who reads a body whose transfer encoding is undone.
StagePtr reader_of(ObjectContext& context, const Node& node, const MimeType& type,
                   std::string_view type_field, std::uint32_t depth) {
  const bool deep = !context.depth_left(depth + 1);
  const std::string boundary = type.parameter("boundary");
  if (!deep && type.value.starts_with("multipart/") && !boundary.empty()) {
    const MultipartStage::Options options{.depth = depth + 1,
                                          .digest = type.value == "multipart/digest"};
    return std::make_unique<DecidedStage>(
        context, node, [&context, &node, boundary, options](Bytes beginning) -> StagePtr {
          return std::make_unique<MultipartStage>(context, node, boundary_of(boundary, beginning),
                                                  options);
        });
  }
  NodeOptions options{.depth = depth + 1, .content_type = std::string(type_field)};
  if (deep || (type.value != "message/rfc822" && type.value != "message/global"))
    return context.open(node, std::move(options));
  return std::make_unique<DecidedStage>(
      context, node, [&context, &node, options](Bytes beginning) -> StagePtr {
        if (!begins_header(beginning)) return context.open(node, options);
        return std::make_unique<EntityStage>(context, node,
                                             EntityStage::Options{.depth = options.depth});
      });
}

/// The same of one that `label` says how it is coded.
StagePtr body_of(ObjectContext& context, const Node& node, MimeType type, std::string type_field,
                 std::string label, std::uint32_t depth) {
  if (label.empty()) return reader_of(context, node, type, type_field, depth);
  return std::make_unique<DecidedStage>(
      context, node,
      [&context, &node, type = std::move(type), type_field = std::move(type_field),
       label = std::move(label), depth](Bytes beginning) -> StagePtr {
        StagePtr inner = reader_of(context, node, type, type_field, depth);
        switch (transfer_of(label, beginning)) {
          case Transfer::base64:
            return std::make_unique<Base64Stage>(context, node, depth + 1, std::move(inner));
          case Transfer::quoted_printable:
            return std::make_unique<QuotedPrintableStage>(context, node, std::move(inner));
          case Transfer::none: break;  // uuencode is found in any text
        }
        return inner;
      });
}

}  // namespace

void EntityStage::read(Bytes bytes) noexcept {
  std::size_t at = 0;
  if (body_ == nullptr && !dropped_) at = take_header(bytes);
  if (body_ != nullptr && at < bytes.size())
    forward(*body_, bytes.subspan(at), static_cast<std::int64_t>(at));
  else if (dropped_)
    drop(bytes.size() - at);
}

std::size_t EntityStage::take_header(Bytes bytes) noexcept {
  const std::size_t limit = context_.services().limits.header_kib * 1024;
  std::size_t at = 0;
  while (at < bytes.size() && body_ == nullptr && !dropped_) {
    const void* found = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    const std::size_t end =
        found == nullptr
            ? bytes.size()
            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data()) + 1;
    const std::size_t room = limit > header_.size() ? limit - header_.size() : 0;
    const std::size_t taken = std::min(end - at, room);
    header_.append(as_text(bytes.subspan(at, taken)));
    at += taken;
    const std::string_view line = std::string_view(header_).substr(line_);
    const bool blank_line = line == "\r\n" || line == "\n";
    const bool line_over = found != nullptr && at == end;
    context_.wire_at(this, at);
    if (blank_line || header_.size() >= limit)
      header_ends();
    else if (line_over)
      line_ = header_.size();
  }
  return at;
}

void EntityStage::header_ends() noexcept {
  const std::vector<MimeField> fields = parse_fields(header_);
  if (options_.top) fill_participants(context_.object().info, fields);
  const std::string_view type_field = field_value(fields, "content-type");
  MimeType type = parse_mime_type(type_field);
  if (type.value.empty() && options_.in_digest) type.value = "message/rfc822";
  const MimeType disposition = parse_mime_type(field_value(fields, "content-disposition"));
  std::string name = disposition.parameter("filename");
  if (name.empty()) name = type.parameter("name");
  if (name.empty() && disposition.value == "form-data") name = disposition.parameter("name");

  const Node* node = context_.add_node(node_, std::move(name), type.value);
  if (node == nullptr) {
    dropped_ = true;
    return drop(header_.size());
  }
  claim(As::decoded, header_.size());
  scan_header(*node, header_);
  body_ = body_of(context_, *node, std::move(type), std::string(type_field),
                  std::string(field_value(fields, "content-transfer-encoding")), options_.depth);
  header_ = {};
}

void EntityStage::scan_header(const Node& node, std::string_view text) noexcept {
  if (text.find_first_not_of("\r\n") == std::string_view::npos) return;
  const Node* headers = context_.add_node(node, "headers", {});
  if (headers == nullptr) return context_.skip(node, text.size());
  const StagePtr stage = context_.open_text(*headers, {.depth = options_.depth});
  // Unfolded: a value may go on in the next line.
  std::string unfolded;
  unfolded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end =
        text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n' ? i + 1 : i;
    const bool folded = text[end] == '\n' && end + 1 < text.size() &&
                        (text[end + 1] == ' ' || text[end + 1] == '\t');
    if (folded)
      i = end;
    else
      unfolded.push_back(text[i]);
  }
  stage->data(as_bytes(decode_words(unfolded)));
  stage->finish();
}

void EntityStage::drop(std::uint64_t bytes) noexcept {
  claim(As::unread, bytes);
  dropped_bytes_ += bytes;
}

void EntityStage::gap() noexcept {
  if (body_ == nullptr && !dropped_) header_ends();
  if (body_) body_->gap();
}

void EntityStage::boundary() noexcept {
  end();
  body_.reset();
  header_.clear();
  line_ = 0;
  dropped_ = false;
}

void EntityStage::pause() noexcept {
  if (body_) body_->pause();
}

void EntityStage::end() noexcept {
  if (body_ == nullptr && !dropped_ && !header_.empty()) header_ends();
  context_.skip(node_, on_wire(std::exchange(dropped_bytes_, 0)));
  if (body_) body_->finish();
}

}  // namespace outspan::content
