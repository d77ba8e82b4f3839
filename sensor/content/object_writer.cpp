#include "content/object_writer.h"

#include <array>

#include "content/mail/entity_stage.h"
#include "content/mail/mime_header.h"
#include "content/node_stage.h"
#include "content/text_stage.h"
#include "text/hex.h"

namespace outspan::content {

using protocol::PartKind;

namespace {

bool ends_with_name(std::string_view text, std::string_view name) noexcept {
  if (!text.ends_with(name) || text.size() == name.size()) return text == name;
  const char before = text[text.size() - name.size() - 1];
  return before == '/' || before == ' ';
}

}  // namespace

InspectingWriter::~InspectingWriter() {
  if (!ended_) end(protocol::ObjectEnd::cut_short);
}

void InspectingWriter::begin_part(protocol::PartInfo part) noexcept {
  if (part_) end_part();
  ++context_.services().counters.parts;
  const MimeType type = parse_mime_type(part.content_type);
  std::string name = part.name;
  // "PUT /exports/list.csv" names the file already.
  if (name.empty() && !ends_with_name(context_.object().root.name, part.file_name))
    name = part.file_name;
  const Node* node = context_.add_node(context_.object().root, std::move(name), type.value);
  // Without a node left the bytes are scanned as the object's own.
  part_ = make_stage(node != nullptr ? *node : context_.object().root, part);
  // The head of a message is not what it carries.
  const bool carried =
      part.kind != PartKind::http_head && part.kind != PartKind::url && part.kind != PartKind::copy;
  digesting_ = context_.services().hash_objects && carried;
  handing_on_ = context_.services().hand_on_bytes && carried;
  context_.set_copying(part.kind == PartKind::copy);
  if (digesting_) begin_digest();
}

StagePtr InspectingWriter::make_stage(const Node& node, protocol::PartInfo& part) noexcept {
  switch (part.kind) {
    case PartKind::http_head:
    case PartKind::command_channel:
      return std::make_unique<TextStage>(context_, node, TextOptions{.bytes = false});
    case PartKind::url:
      return std::make_unique<TextStage>(
          context_, node, TextOptions{.escapes = text::EscapeMode::form, .bytes = false});
    case PartKind::mail_message:
      return std::make_unique<EntityStage>(context_, node, EntityStage::Options{.top = true});
    case PartKind::raw:
    case PartKind::body:
    case PartKind::copy: break;
  }
  NodeOptions options;
  if (node.media_type == "application/x-www-form-urlencoded")
    options.escapes = text::EscapeMode::form;
  options.content_type = std::move(part.content_type);
  options.codings = std::move(part.codings);
  return std::make_unique<NodeStage>(context_, node, std::move(options));
}

void InspectingWriter::begin_digest() noexcept {
  if (digest_ != nullptr) return;  // further parts go on in the same digest
  digest_.reset(EVP_MD_CTX_new());
  if (EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) != 1) digest_.reset();
}

void InspectingWriter::write(Bytes bytes) noexcept {
  if (part_ == nullptr) begin_part({});
  if (digesting_ && digest_) EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size());
  if (handing_on_) context_.services().observer.on_object_bytes(context_.object(), bytes);
  context_.feed(*part_, bytes);
}

void InspectingWriter::gap(std::uint64_t) noexcept {
  if (part_) part_->gap();
}
void InspectingWriter::boundary() noexcept {
  if (part_) part_->boundary();
}
void InspectingWriter::pause() noexcept {
  if (part_) context_.flush(*part_, [this] { part_->pause(); });
}

void InspectingWriter::end_part() noexcept {
  if (part_) context_.flush(*part_, [this] { part_->finish(); });
  part_.reset();
}

std::string InspectingWriter::digest() noexcept {
  if (digest_ == nullptr) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(digest_.get(), hash.data(), &size) != 1) return {};
  return text::to_hex(Bytes(hash).first(size));
}

/// Buffers and files are charged to Services::memory where they are taken.
std::uint64_t InspectingWriter::held_bytes() const noexcept {
  // As measured: before and after it is known what the bytes are.
  constexpr std::uint64_t kFirstStageBytes = 1024;
  constexpr std::uint64_t kStagesBytes = 4096;
  constexpr std::uint64_t kKnownBytes = 512;
  constexpr std::uint64_t kAddressBytes = 64;
  if (ended_) return sizeof *this;
  const protocol::ObjectInfo& info = context_.object().info;
  const bool known = context_.object().wire_bytes >= kKnownBytes;
  return sizeof *this + sizeof context_ +
         (!part_  ? 0
          : known ? kStagesBytes
                  : kFirstStageBytes) +
         (info.participants.size() + info.destination.email_to.size()) * kAddressBytes;
}

void InspectingWriter::end(protocol::ObjectEnd how) noexcept {
  if (ended_) return;
  end_part();
  ended_ = true;
  ObjectSummary& summary = context_.summary();
  summary.sha256 = digest();
  summary.wire_bytes = context_.object().wire_bytes;
  summary.end = how;
  if (context_.open_files() > 0)
    context_.services().files.adopt(std::move(held_));
  else
    context_.end();
}

}  // namespace outspan::content
