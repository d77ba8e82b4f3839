#include "content/node_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/decompress_stage.h"
#include "content/file_queue.h"
#include "content/file_stage.h"
#include "content/mail_file.h"
#include "content/mime_header.h"
#include "content/multipart_stage.h"
#include "content/pg_dump_stage.h"
#include "content/pst_stage.h"
#include "content/serialised_stage.h"
#include "content/tar_stage.h"
#include "content/zip_stage.h"
#include "text/charset_guess.h"
#include "text/utf8.h"

namespace outspan::content {
namespace {

/// Fewer bytes than the shortest marks are not judged at a pause.
constexpr std::size_t kMinBeginning = 8;

/// The compression that a Content-Encoding names, if the bytes can be that.
std::optional<Coding> named_coding(std::string_view name, Bytes b) noexcept {
  if (name == "gzip" || name == "x-gzip") {
    if (b.size() >= 2 && b[0] == 0x1f && b[1] == 0x8b) return Coding::gzip;
    return std::nullopt;
  }
  if (name == "zstd") {
    if (b.size() >= 4 && b[3] == 0xfd && b[2] == 0x2f) return Coding::zstd;
    return std::nullopt;
  }
  // These have no mark: text behind such a header is a mistake, or meant to be overlooked.
  if (text::looks_like_text(b) && b.size() >= kMinBeginning) return std::nullopt;
  if (name == "deflate" || name == "x-deflate")
    return begins_zlib(b) ? Coding::zlib : Coding::deflate;
  if (name == "br") return Coding::brotli;
  return std::nullopt;
}

/// The parser of a worker for the form.
std::optional<unpack::Kind> kind_of(marks::Form form) noexcept {
  switch (form) {
    case marks::Form::archive: return unpack::Kind::archive;
    case marks::Form::pdf: return unpack::Kind::pdf;
    case marks::Form::rtf: return unpack::Kind::rtf;
    case marks::Form::tnef: return unpack::Kind::tnef;
    case marks::Form::ole: return unpack::Kind::ole;
    case marks::Form::sqlite: return unpack::Kind::sqlite;
    case marks::Form::avro: return unpack::Kind::avro;
    default: return std::nullopt;
  }
}

/// Of the first member of a zip, as far as it is there.
std::string_view first_name(Bytes zip) noexcept {
  const std::string_view text = as_text(zip);
  return text.size() > kZipLocalHeaderBytes ? text.substr(kZipLocalHeaderBytes)
                                            : std::string_view();
}

}  // namespace

void NodeStage::data(Bytes bytes) noexcept {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  if (active_ != nullptr) return context_.forward(this, *active_, bytes, 0);
  if (held_size_ == 0 && bytes.size() >= marks::kBeginningBytes) {
    decide(bytes.first(marks::kBeginningBytes));
    return context_.forward(this, *active_, bytes, 0);
  }
  const std::size_t before = held_size_;
  const std::size_t taken = std::min(bytes.size(), held_.size() - held_size_);
  std::memcpy(held_.data() + held_size_, bytes.data(), taken);
  held_size_ += taken;
  if (held_size_ < held_.size()) return;
  held_size_ = 0;
  decide(held_);
  context_.forward(this, *active_, held_, -static_cast<std::int64_t>(before));
  context_.forward(this, *active_, bytes.subspan(taken), static_cast<std::int64_t>(taken));
}

void NodeStage::decide(Bytes beginning) noexcept {
  special_ = recognised(beginning);
  active_ = special_ ? special_.get() : &plain(beginning);
}

StagePtr NodeStage::recognised(Bytes beginning) noexcept {
  mark_ = {};
  if (!options_.codings.empty()) return undo_coding(beginning);
  if (StagePtr parts = multipart()) return parts;
  if (StagePtr mail = mail_file(beginning)) return mail;
  mark_ = marks::identify(beginning);
  context_.identified(node_, mark_.media_type);
  switch (mark_.form) {
    case marks::Form::gzip: return compressed_file(Coding::gzip, "gzip");
    case marks::Form::zstd: return compressed_file(Coding::zstd, "zstd");
    case marks::Form::pst: return outlook_file();
    case marks::Form::java: return serialised(Serialisation::java);
    case marks::Form::pickle: return serialised(Serialisation::pickle);
    default: return container(beginning);
  }
}

StagePtr NodeStage::undo_coding(Bytes beginning) noexcept {
  NodeOptions inner = options_;
  const std::string name = inner.codings.back();
  inner.codings.pop_back();
  const auto coding = named_coding(name, beginning);
  if (!coding) {  // identity, unknown, or not what the header says: look at the bytes themselves
    return std::make_unique<NodeStage>(context_, node_, std::move(inner));
  }
  if (!context_.depth_left(options_.depth + 1)) {
    ++context_.services().counters.budget_depth;
    mark_ = {marks::Form::unopened, {}, "budget"};
    return nullptr;
  }
  ++inner.depth;
  return std::make_unique<DecompressStage>(
      context_, node_, *coding, std::make_unique<NodeStage>(context_, node_, std::move(inner)));
}

StagePtr NodeStage::compressed_file(Coding coding, const char* name) noexcept {
  const bool deep = !context_.depth_left(options_.depth + 1);
  const Node* node = deep ? nullptr : context_.add_node(node_, name, {});
  if (node == nullptr) {
    if (deep) ++context_.services().counters.budget_depth;
    mark_ = {marks::Form::unopened, mark_.media_type, "budget"};
    return nullptr;
  }
  return std::make_unique<DecompressStage>(
      context_, *node, coding,
      std::make_unique<NodeStage>(context_, *node, NodeOptions{.depth = options_.depth + 1}));
}

StagePtr NodeStage::multipart() noexcept {
  const MimeType type = parse_mime_type(options_.content_type);
  if (!type.value.starts_with("multipart/")) return nullptr;
  const std::string boundary = type.parameter("boundary");
  if (boundary.empty() || !context_.depth_left(options_.depth + 1)) return nullptr;
  return std::make_unique<MultipartStage>(context_, node_, boundary,
                                          MultipartStage::Options{.depth = options_.depth + 1});
}

StagePtr NodeStage::mail_file(Bytes beginning) noexcept {
  const bool mbox = begins_mbox(beginning);
  if (!mbox && !begins_mail(beginning)) return nullptr;
  if (!context_.depth_left(options_.depth + 1)) return nullptr;  // it is text as well
  mark_ = {marks::Form::known, mbox ? "application/mbox" : "message/rfc822"};
  context_.identified(node_, mark_.media_type);
  if (mbox) return std::make_unique<MboxStage>(context_, node_, options_.depth + 1);
  return std::make_unique<EntityStage>(context_, node_,
                                       EntityStage::Options{.depth = options_.depth + 1});
}

StagePtr NodeStage::serialised(Serialisation form) noexcept {
  return std::make_unique<SerialisedStage>(
      form,
      std::make_unique<TextStage>(context_, node_, TextStage::Options{.depth = options_.depth}));
}

/// It is told as unopened in any case: of its attachments.
StagePtr NodeStage::outlook_file() noexcept {
  mark_.form = marks::Form::unopened;
  return std::make_unique<PstStage>(
      std::make_unique<TextStage>(context_, node_, TextStage::Options{.depth = options_.depth}));
}

StagePtr NodeStage::container(Bytes beginning) noexcept {
  const bool workers = context_.services().files.pool() != nullptr;
  const bool zip = mark_.form == marks::Form::zip;
  const bool tar = mark_.form == marks::Form::tar;
  const bool dump = mark_.form == marks::Form::pg_dump;
  const bool iso = mark_.form == marks::Form::zeros && workers;
  const auto kind = kind_of(mark_.form);
  if (kind && !workers) mark_ = {marks::Form::unopened, mark_.media_type, "unsupported"};
  if (!zip && !tar && !dump && !iso && !(kind && workers)) return nullptr;
  if (!context_.depth_left(options_.depth + 1)) {
    ++context_.services().counters.budget_depth;
    mark_ = {marks::Form::unopened, mark_.media_type, "budget"};
    return nullptr;
  }
  if (tar) return std::make_unique<TarStage>(context_, node_, options_.depth);
  if (dump) return std::make_unique<PgDumpStage>(context_, node_, options_.depth);
  if (zip && !(workers && begins_package(first_name(beginning))))
    return std::make_unique<ZipStage>(context_, node_, options_.depth);
  return std::make_unique<FileStage>(
      context_, node_,
      FileStage::Options{.kind = kind.value_or(unpack::Kind::archive),
                         .zip = zip,
                         .iso = iso,
                         .depth = options_.depth});
}

Stage& NodeStage::plain(Bytes beginning) noexcept {
  if (plain_ == nullptr) {
    const char* wide = text::wide_charset(beginning);
    const std::string charset =
        wide != nullptr ? wide : parse_mime_type(options_.content_type).parameter("charset");
    text::Converter converter = text::open_charset(charset);
    const TextStage::Options text{
        .escapes = options_.escapes, .depth = options_.depth, .bytes = converter == nullptr};
    plain_ = std::make_unique<PlainStage>(context_, node_, text, std::move(converter));
  }
  plain_->begin(mark_.form == marks::Form::unknown || mark_.form == marks::Form::known);
  return *plain_;
}

/// What is held is all there is of this message.
void NodeStage::settle() noexcept {
  if (active_ != nullptr || held_size_ == 0) return;
  const Bytes held(held_.data(), std::exchange(held_size_, 0));
  decide(held);
  active_->data(held);
}

void NodeStage::end_message() noexcept {
  settle();
  if (special_) {
    special_->finish();
    special_.reset();
  }
  if (mark_.form == marks::Form::unknown && active_ != nullptr && active_ == plain_.get() &&
      plain_->looks_random())
    mark_ = {marks::Form::unopened, {}, "high-entropy"};
  if (mark_.form == marks::Form::unopened) {
    const std::uint64_t wire = context_.wire_since(wire_begin_, bytes_);
    if (std::string_view(mark_.reason) == "budget")
      context_.skip(node_, wire);
    else
      context_.opaque(node_, wire, mark_.reason);
  }
  const std::string_view type =
      mark_.media_type.empty() ? std::string_view(node_.media_type) : mark_.media_type;
  context_.part_ended(type, bytes_);
  mark_ = {};
  active_ = nullptr;
  wire_begin_ = context_.wire_now();
}

void NodeStage::gap() noexcept {
  settle();
  if (active_ == nullptr) active_ = &plain({});  // the beginning is lost: nothing to go by
  active_->gap();
}

void NodeStage::boundary() noexcept {
  end_message();
  if (plain_) plain_->boundary();
}

void NodeStage::pause() noexcept {
  if (held_size_ >= kMinBeginning) settle();
  if (active_ != nullptr) active_->pause();
}

void NodeStage::finish() noexcept {
  end_message();
  if (plain_) plain_->finish();
}

}  // namespace outspan::content
