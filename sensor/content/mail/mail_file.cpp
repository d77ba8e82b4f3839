#include "content/mail/mail_file.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "content/mail/cr_lines.h"
#include "content/mail/header_guess.h"
#include "content/mail/mime_header.h"
#include "text/ascii.h"

namespace outspan::content {
namespace {

constexpr std::string_view kFrom = "From ";
constexpr std::size_t kFromLine = 256;

/// The header or the name of the file says that it is a mail.
bool is_labelled(const Opening& opening) noexcept {
  const std::string type = parse_mime_type(opening.options.content_type).value;
  const std::string name = text::lower_case(opening.node.name);
  return type == "message/rfc822" || type == "message/global" || name.ends_with(".eml") ||
         name.ends_with(".emlx");
}

}  // namespace

std::optional<Opened> open_mail_file(const Opening& opening) noexcept {
  const Bytes beginning = opening.beginning;
  const bool mbox = begins_mbox(beginning);
  if (!mbox && !begins_mail(beginning) && !(begins_header(beginning) && is_labelled(opening)))
    return std::nullopt;
  ObjectContext& context = opening.context;
  const std::uint32_t depth = opening.options.depth + 1;
  if (!context.depth_left(depth)) return std::nullopt;
  StagePtr stage;
  if (mbox)
    stage = std::make_unique<MboxStage>(context, opening.node, depth);
  else
    stage =
        std::make_unique<EntityStage>(context, opening.node, EntityStage::Options{.depth = depth});
  if (has_cr_lines(beginning))
    stage = std::make_unique<CrLines>(context, opening.node, std::move(stage));
  return Opened{{marks::Form::known, mbox ? "application/mbox" : "message/rfc822"},
                std::move(stage)};
}

void MboxStage::read(Bytes bytes) noexcept {
  std::size_t begin = 0;  // of what is not handed on
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (!held_.empty() || (line_empty_ && blank_line_ && bytes[at] == 'F')) {
      if (held_.empty() && at > begin)
        forward(message_, bytes.subspan(begin, at - begin), static_cast<std::int64_t>(begin));
      begin = at = match(bytes, at);
      continue;
    }
    const void* found = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    const std::size_t end =
        found == nullptr
            ? bytes.size()
            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const bool only_cr = end == at || (end == at + 1 && bytes[at] == '\r');
    const bool empty = line_empty_ && only_cr;
    line_empty_ = found != nullptr || empty;
    if (found != nullptr) blank_line_ = empty;
    at = std::min(end + 1, bytes.size());
  }
  if (begin < bytes.size())
    forward(message_, bytes.subspan(begin), static_cast<std::int64_t>(begin));
}

/// Takes bytes until the line is one between messages or is not; where to go on.
std::size_t MboxStage::match(Bytes bytes, std::size_t at) noexcept {
  while (at < bytes.size()) {
    const auto c = static_cast<char>(bytes[at]);
    const bool prefix = held_.size() >= kFrom.size() || c == kFrom[held_.size()];
    const bool over = held_.size() >= kFromLine || c == '\n';
    if (prefix && !over) {
      held_.push_back(c);
      ++at;
      continue;
    }
    if (prefix && is_from_line(held_)) {
      if (begun_) message_.boundary();
      begun_ = true;
    }
    flush_held();
    return at;
  }
  return at;
}

void MboxStage::flush_held() noexcept {
  if (held_.empty()) return;
  line_empty_ = false;
  const std::string held = std::exchange(held_, {});
  give(message_, as_bytes(held));
}

void MboxStage::gap() noexcept {
  flush_held();
  line_empty_ = blank_line_ = false;
  message_.gap();
}

void MboxStage::boundary() noexcept {
  flush_held();
  message_.boundary();
  begun_ = false;
  blank_line_ = line_empty_ = true;
}

void MboxStage::end() noexcept {
  flush_held();
  message_.finish();
}

}  // namespace outspan::content
