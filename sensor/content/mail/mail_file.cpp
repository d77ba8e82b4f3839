#include "content/mail/mail_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "text/ascii.h"

namespace outspan::content {
namespace {

constexpr std::string_view kFrom = "From ";
constexpr std::size_t kFromLine = 256;

/// "From alice@example.com Mon Jan  5 10:00:00 2026" has a time; sentences that begin so do not.
bool has_time(std::string_view line) noexcept {
  for (std::size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1))
    if (at + 6 <= line.size() && line[at + 3] == ':' &&
        line.substr(at + 1, 2).find_first_not_of("0123456789") == std::string_view::npos)
      return true;
  return false;
}

struct Fields {
  std::size_t mail = 0;    ///< that only a mail has
  std::size_t likely = 0;  ///< that a mail has
  bool others = false;     ///< a line is no field
};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) noexcept {
  return std::ranges::find(names, name) != names.end();
}

void count_field(std::string_view line, Fields& fields) noexcept {
  if (line.starts_with(' ') || line.starts_with('\t')) return;  // folded
  std::string name(line.substr(0, std::min<std::size_t>(line.find(':'), 40)));
  const bool is_name = !name.empty() && name.size() < line.size() && line[name.size()] == ':' &&
                       std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
  if (!is_name) {
    fields.others = true;
    return;
  }
  name = text::lower_case(name);
  static constexpr std::array<std::string_view, 9> kMail{
      "received",     "return-path", "message-id",  "mime-version",          "dkim-signature",
      "delivered-to", "x-received",  "in-reply-to", "authentication-results"};
  static constexpr std::array<std::string_view, 7> kLikely{"from", "to",     "subject", "date",
                                                           "cc",   "sender", "reply-to"};
  fields.mail += is_one_of(name, kMail) ? 1 : 0;
  fields.likely += is_one_of(name, kLikely) ? 1 : 0;
}

/// Of the lines that are whole; a long first one counts by its name.
Fields fields_of(std::string_view text) noexcept {
  Fields fields;
  for (bool first = true; !text.empty(); first = false) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos && !first) break;
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    count_field(line, fields);
    if (fields.others || end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return fields;
}

}  // namespace

bool begins_mail(Bytes beginning) noexcept {
  if (beginning.size() < 16 || beginning[0] <= ' ' || beginning[0] >= 0x7f) return false;
  const Fields fields = fields_of(as_text(beginning));
  return !fields.others && (fields.mail > 0 || fields.likely >= 3);
}

bool begins_mbox(Bytes beginning) noexcept {
  const std::string_view text = as_text(beginning);
  const std::size_t end = text.find('\n');
  if (!text.starts_with(kFrom) || end == std::string_view::npos || !has_time(text.substr(0, end)))
    return false;
  const Fields fields = fields_of(text.substr(end + 1));
  return !fields.others && fields.mail + fields.likely > 0;
}

std::optional<Opened> open_mail_file(const Opening& opening) noexcept {
  const bool mbox = begins_mbox(opening.beginning);
  if (!mbox && !begins_mail(opening.beginning)) return std::nullopt;
  ObjectContext& context = opening.context;
  const std::uint32_t depth = opening.options.depth + 1;
  if (!context.depth_left(depth)) return std::nullopt;
  const marks::Mark mark{marks::Form::known, mbox ? "application/mbox" : "message/rfc822"};
  if (mbox) return Opened{mark, std::make_unique<MboxStage>(context, opening.node, depth)};
  return Opened{mark, std::make_unique<EntityStage>(context, opening.node,
                                                    EntityStage::Options{.depth = depth})};
}

void MboxStage::data(Bytes bytes) noexcept {
  std::size_t begin = 0;  // of what is not handed on
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (!held_.empty() || (line_empty_ && blank_line_ && bytes[at] == 'F')) {
      if (held_.empty() && at > begin)
        context_.forward(this, message_, bytes.subspan(begin, at - begin),
                         static_cast<std::int64_t>(begin));
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
    context_.forward(this, message_, bytes.subspan(begin), static_cast<std::int64_t>(begin));
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
    if (prefix && has_time(held_)) {
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
  message_.data(as_bytes(held));
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

void MboxStage::finish() noexcept {
  flush_held();
  message_.finish();
}

}  // namespace outspan::content
