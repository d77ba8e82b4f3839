#include "content/mail/multipart_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/mail/entity_stage.h"
#include "content/mail/mime_header.h"
#include "marks/marks.h"
#include "text/ascii.h"

namespace outspan::content {
namespace {

/// Blanks behind a delimiter, at most.
constexpr std::size_t kPadding = 64;

/// RFC 2046, 5.1.1 allows 70.
constexpr std::size_t kBoundaryMax = 256;

}  // namespace

std::string boundary_of(std::string_view named, Bytes beginning) {
  std::string_view text = as_text(beginning);
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  const std::size_t end = text.find('\n');
  if (!text.starts_with("--") || end == std::string_view::npos || end > kBoundaryMax)
    return std::string(named);
  const std::string_view line = text::trimmed(text.substr(2, end - 2));
  const bool field = text::starts_ignoring_case(text.substr(end + 1), "content-");
  return std::string(field && !line.empty() ? line : named);
}

namespace {

/// `begins`: the boundary stands in the first bytes; or it must not.
std::optional<Opened> open_parts(const Opening& opening, bool begins) noexcept {
  const MimeType type = parse_mime_type(opening.options.content_type);
  const bool labelled = type.value.starts_with("multipart/");
  const std::string boundary =
      boundary_of(labelled ? type.parameter("boundary") : std::string(), opening.beginning);
  const std::uint32_t depth = opening.options.depth + 1;
  if (boundary.empty() || !opening.context.depth_left(depth)) return std::nullopt;
  if ((as_text(opening.beginning).find(boundary) != std::string_view::npos) != begins)
    return std::nullopt;
  return Opened{{},
                std::make_unique<MultipartStage>(opening.context, opening.node, boundary,
                                                 MultipartStage::Options{.depth = depth})};
}

}  // namespace

std::optional<Opened> open_multipart(const Opening& opening) noexcept {
  return open_parts(opening, true);
}

std::optional<Opened> open_named_multipart(const Opening& opening) noexcept {
  // What may stand before the first part is text.
  if (marks::identify(opening.beginning).form != marks::Form::unknown) return std::nullopt;
  return open_parts(opening, false);
}

MultipartStage::MultipartStage(ObjectContext& context, const Node& node, std::string_view boundary,
                               Options options) noexcept
    : Stage(context, node), delimiter_("--"), options_(options) {
  delimiter_ += boundary.substr(0, 256);
}

/// `line` begins where a line begins, and may end anywhere.
MultipartStage::Line MultipartStage::classify(std::string_view line) const noexcept {
  const std::size_t common = std::min(line.size(), delimiter_.size());
  if (line.substr(0, common) != std::string_view(delimiter_).substr(0, common)) return Line::other;
  if (common < delimiter_.size()) return Line::unfinished;
  std::string_view rest = line.substr(common);
  bool last = false;
  if (rest.starts_with("--")) {
    last = true;
    rest.remove_prefix(2);
  }
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\n') return last ? Line::last : Line::next_part;
    const bool dash = !last && i == 0 && rest[i] == '-' && rest.size() == 1;
    if (dash) return Line::unfinished;
    if ((rest[i] != ' ' && rest[i] != '\t' && rest[i] != '\r') || i > kPadding) return Line::other;
  }
  return Line::unfinished;
}

void MultipartStage::read(Bytes bytes) noexcept {
  std::size_t at = 0;
  if (at_start_ && !bytes.empty()) {
    at_start_ = false;
    if (bytes[0] == '-') {
      held_.assign(1, '\n');  // as if a line had ended before
      imagined_ = true;
    }
  }
  while (at < bytes.size()) {
    if (held_.empty())
      at = scan(bytes, at);
    else
      at += resolve_held(bytes.subspan(at));
  }
  context_.wire_at(this, bytes.size());
}

/// Takes bytes until what is held back is a delimiter or is not.
std::size_t MultipartStage::resolve_held(Bytes bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    held_.push_back(static_cast<char>(bytes[at++]));
    const bool crlf = held_[0] == '\r';
    if (crlf && held_[1] != '\n') {
      // A lone CR: what came behind it is looked at again.
      held_.pop_back();
      --at;
      flush_held();
      return at;
    }
    const Line line = classify(std::string_view(held_).substr(crlf ? 2 : 1));
    if (line == Line::unfinished) continue;
    if (line == Line::other) {
      // The byte may begin a line end itself.
      held_.pop_back();
      --at;
      flush_held();
      return at;
    }
    claim(As::structure, held_.size() - (std::exchange(imagined_, false) ? 1 : 0));
    held_.clear();
    context_.wire_at(this, at);
    delimiter(line);
    return at;
  }
  return at;
}

/// Hands on up to a delimiter, a possible one at the end, or the end.
std::size_t MultipartStage::scan(Bytes bytes, std::size_t at) noexcept {
  const std::size_t begin = at;
  while (true) {
    const void* found = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    if (found == nullptr) {
      const bool cr = bytes.back() == '\r';
      hand_on(bytes, begin, bytes.size() - (cr ? 1 : 0));
      if (cr) held_.assign(1, '\r');
      return bytes.size();
    }
    const auto line_end =
        static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    at = line_end + 1;
    if (at < bytes.size() && bytes[at] != '-') continue;
    const std::string_view rest = as_text(bytes.subspan(at));
    const Line line = classify(rest.substr(0, delimiter_.size() + kPadding + 8));
    if (line == Line::other) continue;
    const bool crlf = line_end > begin && bytes[line_end - 1] == '\r';
    hand_on(bytes, begin, line_end - (crlf ? 1 : 0));
    if (line == Line::unfinished) {
      held_.assign(crlf ? "\r\n" : "\n");
      held_ += rest;
      return bytes.size();
    }
    context_.wire_at(this, line_end);
    delimiter(line);
    const std::size_t next = at + rest.find('\n') + 1;
    claim(As::structure, next - line_end + (crlf ? 1 : 0));
    return next;
  }
}

void MultipartStage::hand_on(Bytes bytes, std::size_t begin, std::size_t end) noexcept {
  if (begin >= end) return;
  if (part_ == nullptr) open_rest();
  forward(*part_, bytes.subspan(begin, end - begin), static_cast<std::int64_t>(begin));
}

void MultipartStage::flush_held() noexcept {
  const std::string held = std::move(held_);
  held_.clear();
  const std::size_t from = std::exchange(imagined_, false) ? 1 : 0;
  if (held.size() == from) return;
  if (part_ == nullptr) open_rest();
  give(*part_, as_bytes(held).subspan(from));
}

/// What is before, between and after parts is no part: it may be anything.
void MultipartStage::open_rest() noexcept {
  part_ = context_.open(node_, {.depth = options_.depth + 1});
}

void MultipartStage::delimiter(Line line) noexcept {
  if (part_) part_->finish();
  part_.reset();
  if (line == Line::last) return;
  part_ = std::make_unique<EntityStage>(
      context_, node_, EntityStage::Options{.depth = options_.depth, .in_digest = options_.digest});
}

void MultipartStage::gap() noexcept {
  if (!held_.empty()) flush_held();
  at_start_ = false;
  if (part_ == nullptr) open_rest();
  part_->gap();
}

void MultipartStage::boundary() noexcept {
  end();
  part_.reset();
  at_start_ = true;
}

void MultipartStage::pause() noexcept {
  if (part_) part_->pause();
}

void MultipartStage::end() noexcept {
  if (!held_.empty()) {
    const std::string_view line = std::string_view(held_).substr(held_.starts_with("\r\n") ? 2 : 1);
    // A last delimiter needs no line end.
    if (line.size() >= delimiter_.size()) {
      claim(As::structure, held_.size() - (std::exchange(imagined_, false) ? 1 : 0));
      held_.clear();
    } else {
      flush_held();
    }
  }
  if (part_) part_->finish();
  part_.reset();
}

}  // namespace outspan::content
