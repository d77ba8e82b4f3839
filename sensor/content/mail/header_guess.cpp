#include "content/mail/header_guess.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "text/ascii.h"

namespace outspan::content {
namespace {

struct Fields {
  std::size_t all = 0;
  std::size_t mail = 0;    ///< that only a mail has
  std::size_t likely = 0;  ///< that a mail has
  bool others = false;     ///< a line is no field
};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) noexcept {
  return std::ranges::find(names, name) != names.end();
}

/// Fields of mail servers and programs, in any order in front of a mail's own.
bool is_mail_only(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 22> kNames{"received",
                                                           "return-path",
                                                           "message-id",
                                                           "mime-version",
                                                           "dkim-signature",
                                                           "delivered-to",
                                                           "x-received",
                                                           "in-reply-to",
                                                           "received-spf",
                                                           "authentication-results",
                                                           "domainkey-signature",
                                                           "x-original-to",
                                                           "x-mailer",
                                                           "x-envelope-to",
                                                           "x-originating-ip",
                                                           "x-mozilla-status",
                                                           "x-apparently-to",
                                                           "x-uidl",
                                                           "thread-index",
                                                           "content-transfer-encoding",
                                                           "errors-to",
                                                           "references"};
  static constexpr std::array<std::string_view, 8> kFamilies{
      "arc-", "list-", "x-ms-exchange-", "x-google-", "x-gm-", "x-mozilla-", "x-spam-", "resent-"};
  return is_one_of(name, kNames) || std::ranges::any_of(kFamilies, [name](std::string_view family) {
           return name.starts_with(family);
         });
}

void count_field(std::string_view line, Fields& fields) noexcept {
  if (text::is_blank(line[0]) && fields.all > 0) return;  // folded
  std::string name(line.substr(0, std::min<std::size_t>(line.find(':'), 60)));
  const bool is_name = !name.empty() && name.size() < line.size() && line[name.size()] == ':' &&
                       std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
  if (!is_name) {
    fields.others = true;
    return;
  }
  name = text::lower_case(name);
  static constexpr std::array<std::string_view, 7> kLikely{"from", "to",     "subject", "date",
                                                           "cc",   "sender", "reply-to"};
  ++fields.all;
  fields.mail += is_mail_only(name) ? 1 : 0;
  fields.likely += is_one_of(name, kLikely) ? 1 : 0;
}

struct Line {
  std::string_view text;
  bool whole = false;
};
/// Takes the first line off.
Line take_line(std::string_view& text) noexcept {
  const auto end =
      static_cast<std::size_t>(std::ranges::find_if(text, text::is_line_end) - text.begin());
  if (end == text.size()) return {std::exchange(text, {}), false};
  const Line line{text.substr(0, end), true};
  text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  return line;
}

/// Of the lines that are whole; a long first one counts by its name.
Fields fields_of(std::string_view text) noexcept {
  Fields fields;
  while (!text.empty() && !fields.others) {
    const Line line = take_line(text);
    if (line.text.empty() || (!line.whole && fields.all > 0)) break;
    count_field(line.text, fields);
  }
  return fields;
}

/// The text after the first line, if that is whole and `is` such a one.
template <class Is>
std::string_view after_first(std::string_view text, Is is) noexcept {
  std::string_view rest = text;
  const Line line = take_line(rest);
  return line.whole && is(line.text) ? rest : text;
}

bool is_size(std::string_view line) noexcept {
  line = text::trimmed(line);
  return !line.empty() && line.size() <= 12 && std::ranges::all_of(line, text::is_digit);
}

}  // namespace

bool begins_header(Bytes beginning) noexcept {
  const Fields fields = fields_of(after_first(as_text(beginning), [](std::string_view line) {
    return line.starts_with("From ") || line.starts_with(">From ");
  }));
  return !fields.others && fields.all > 0;
}

bool begins_mail(Bytes beginning) noexcept {
  if (beginning.size() < 16 || beginning[0] <= ' ' || beginning[0] >= 0x7f) return false;
  const Fields fields = fields_of(after_first(as_text(beginning), is_size));
  return !fields.others && (fields.mail > 0 || fields.likely >= 3);
}

bool begins_mbox(Bytes beginning) noexcept {
  std::string_view text = as_text(beginning);
  const Line line = take_line(text);
  if (!line.whole || !line.text.starts_with("From ") || !is_from_line(line.text)) return false;
  const Fields fields = fields_of(text);
  return !fields.others && fields.mail + fields.likely > 0;
}

bool is_from_line(std::string_view line) noexcept {
  for (std::size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1))
    if (at + 6 <= line.size() && line[at + 3] == ':' &&
        line.substr(at + 1, 2).find_first_not_of("0123456789") == std::string_view::npos)
      return true;
  return false;
}

bool has_cr_lines(Bytes beginning) noexcept {
  const std::string_view text = as_text(beginning);
  return text.find('\r') != std::string_view::npos && text.find('\n') == std::string_view::npos &&
         text.find('\r') + 1 < text.size();
}

}  // namespace outspan::content
