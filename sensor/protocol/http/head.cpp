#include "protocol/http/head.h"

#include <algorithm>
#include <array>
#include <limits>

#include "protocol/http/start_line.h"
#include "protocol/shared/command_line.h"
#include "text/base64.h"

namespace outspan::protocol::http {
namespace {

/// Blanks and control characters alike: "Transfer-Encoding:\vchunked" must not hide anything.
std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 0x20) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 0x20) text.remove_suffix(1);
  return text;
}

template <class Each>
void for_each_element(std::string_view list, Each each) noexcept {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trimmed(list.substr(0, comma));
    if (!element.empty()) each(element);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
}

void add_length(Head& head, std::string_view value) noexcept {
  for_each_element(value, [&head](std::string_view digits) {
    std::uint64_t length = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return;
      if (length > (std::numeric_limits<std::uint64_t>::max() >> 8) / 10) return;
      length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (head.content_length && *head.content_length != length) head.conflicting_lengths = true;
    if (!head.content_length) head.content_length = length;
  });
}

void add_coding(std::vector<std::string>& codings, std::string_view name) {
  constexpr std::size_t kCodingsMax = 16;
  name = trimmed(name.substr(0, name.find(';')));
  std::string coding = text::lower_case(name.substr(0, 32));
  if (coding.starts_with("x-")) coding.erase(0, 2);  // x-gzip (RFC 9110, 8.4.1.3)
  if (coding != "identity" && codings.size() < kCodingsMax) codings.push_back(std::move(coding));
}

void add_field(Head& head, std::vector<std::string>& transfer, std::string_view name,
               std::string_view value) noexcept {
  const auto is = [name](std::string_view known) { return equals_ignoring_case(name, known); };
  switch (name.size()) {
    case 4:
      if (is("host")) head.host = value;
      break;
    case 7:
      if (is("upgrade")) head.upgrade = value;
      break;
    case 10:
      if (is("user-agent")) head.user_agent = value;
      break;
    case 12:
      if (is("content-type")) head.content_type = value;
      break;
    case 13:
      if (is("authorization")) head.authorization = value;
      if (is("grpc-encoding")) head.grpc_encoding = value;
      break;
    case 14:
      if (is("content-length")) add_length(head, value);
      break;
    case 16:
      if (is("content-encoding"))
        for_each_element(value, [&](std::string_view each) { add_coding(head.codings, each); });
      break;
    case 17:
      if (is("transfer-encoding")) {
        head.transfer_encoding = true;
        for_each_element(value, [&](std::string_view each) { add_coding(transfer, each); });
      }
      break;
    case 19:
      if (is("content-disposition")) head.content_disposition = value;
      if (is("proxy-authorization") && head.authorization.empty()) head.authorization = value;
      break;
    default: break;
  }
}

/// The next field line with its folded continuations; takes it off `text`.
std::string_view next_field(std::string_view& text) noexcept {
  std::size_t end = 0;
  do {
    const std::size_t line_end = text.find('\n', end);
    if (line_end == std::string_view::npos) {
      end = text.size();
      break;
    }
    end = line_end + 1;
  } while (end < text.size() && (text[end] == ' ' || text[end] == '\t'));
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end);
  return field;
}

}  // namespace

std::size_t find_head_end(std::string_view text, std::size_t from) noexcept {
  // The line end before an empty line may be among what was searched already.
  std::size_t at = from < 3 ? 0 : from - 3;
  while ((at = text.find('\n', at)) != std::string_view::npos) {
    ++at;
    if (at < text.size() && text[at] == '\n') return at + 1;
    if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') return at + 2;
  }
  return std::string_view::npos;
}

Head parse_head(std::string_view text) noexcept {
  Head head;
  head.status = status_of(text);
  head.is_request = match_status_line(text) != StartMatch::yes;
  if (head.is_request) {
    const RequestLine line = split_request_line(text);
    head.method = line.method;
    head.target = line.target;
    head.target_begin = line.target_begin;
    head.http2_preface = line.http2_preface;
  }
  text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);

  std::vector<std::string> transfer;
  while (!text.empty()) {
    const std::string_view field = next_field(text);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    add_field(head, transfer, trimmed(field.substr(0, colon)), trimmed(field.substr(colon + 1)));
  }
  for (std::string& coding : transfer) {
    if (coding == "chunked")
      head.chunked = true;
    else
      head.codings.push_back(std::move(coding));
  }
  if (head.chunked && head.content_length) head.conflicting_lengths = true;
  return head;
}

std::string basic_user(std::string_view authorization) noexcept {
  constexpr std::size_t kUserBytesMax = 256;
  constexpr std::string_view kScheme = "basic ";
  if (authorization.size() < kScheme.size() ||
      !equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme))
    return {};
  const std::string_view credentials = trimmed(authorization.substr(kScheme.size()));
  const std::string decoded = text::decode_base64(credentials.substr(0, kUserBytesMax / 3 * 4 + 8));
  const std::size_t colon = decoded.find(':');
  return colon <= kUserBytesMax ? decoded.substr(0, colon) : std::string();
}

std::string unfolded(std::string_view value) {
  std::string line(value);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return line;
}

bool list_has(std::string_view list, std::string_view element) noexcept {
  bool found = false;
  for_each_element(list,
                   [&](std::string_view each) { found |= equals_ignoring_case(each, element); });
  return found;
}

}  // namespace outspan::protocol::http
