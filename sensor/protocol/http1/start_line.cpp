#include "protocol/http1/start_line.h"

#include <algorithm>

namespace outspan::protocol::http1 {
namespace {

constexpr std::size_t kMethodBytesMax = 32;

constexpr std::string_view kMethods[] = {
    "GET",       "POST",  "PUT",      "HEAD",   "DELETE", "OPTIONS", "PATCH",  "CONNECT",   "TRACE",
    "PROPFIND",  "MKCOL", "COPY",     "MOVE",   "LOCK",   "UNLOCK",  "REPORT", "SEARCH",    "BIND",
    "PROPPATCH", "MERGE", "CHECKOUT", "UPDATE", "LABEL",  "ACL",     "PRI",    "MKACTIVITY"};

bool is_token(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return true;
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string_view without_line_end(std::string_view line) noexcept {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' '))
    line.remove_suffix(1);
  return line;
}

/// Where " HTTP/d" begins at the end of the line; npos: not there.
std::size_t version_at(std::string_view line) noexcept {
  const std::size_t at = line.rfind(" HTTP/");
  if (at == std::string_view::npos || at + 6 >= line.size()) return std::string_view::npos;
  const char digit = line[at + 6];
  const bool ends = line.size() - at <= 9;  // " HTTP/1.1"
  return digit >= '0' && digit <= '9' && ends ? at : std::string_view::npos;
}

StartMatch match_after_method(std::string_view text, std::size_t method_bytes) noexcept {
  const std::size_t line_end = text.find('\n');
  const std::string_view looked_at = text.substr(0, std::min(line_end, kStartLineLookBytes));
  const bool printable = std::none_of(looked_at.begin(), looked_at.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\t';
  });
  if (!printable) return StartMatch::no;
  if (line_end == std::string_view::npos) return StartMatch::maybe;
  const std::string_view line = without_line_end(text.substr(0, line_end));
  const std::size_t version = version_at(line);
  return version != std::string_view::npos && version > method_bytes ? StartMatch::yes
                                                                     : StartMatch::no;
}

}  // namespace

StartMatch match_request_line(std::string_view text) noexcept {
  std::size_t method = 0;
  while (method < text.size() && is_token(text[method]))
    if (++method > kMethodBytesMax) return StartMatch::no;
  if (method == text.size()) return StartMatch::maybe;
  if (method == 0 || text[method] != ' ') return StartMatch::no;
  return match_after_method(text, method);
}

StartMatch match_known_request_line(std::string_view text) noexcept {
  for (const std::string_view method : kMethods) {
    const std::size_t size = std::min(method.size(), text.size());
    if (text.substr(0, size) != method.substr(0, size)) continue;
    if (text.size() <= method.size()) return StartMatch::maybe;
    if (text[method.size()] == ' ') return match_after_method(text, method.size());
  }
  return StartMatch::no;
}

StartMatch match_status_line(std::string_view text) noexcept {
  constexpr std::string_view kShape = "HTTP/d.d ddd";
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (i == text.size()) return StartMatch::maybe;
    const bool fits = kShape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == kShape[i];
    if (!fits) return StartMatch::no;
  }
  return StartMatch::yes;
}

RequestLine split_request_line(std::string_view line) noexcept {
  const std::size_t line_end = line.find('\n');
  line = without_line_end(line.substr(0, line_end));
  RequestLine parts;
  const std::size_t method = std::min(line.find(' '), line.size());
  const std::size_t version = std::max(std::min(version_at(line), line.size()), method);
  parts.method = line.substr(0, method);
  parts.target_begin = std::min(line.find_first_not_of(' ', method), version);
  parts.target = line.substr(parts.target_begin, version - parts.target_begin);
  while (parts.target.ends_with(' ')) parts.target.remove_suffix(1);
  parts.http2_preface = parts.method == "PRI" && line.substr(version).starts_with(" HTTP/2");
  return parts;
}

int status_of(std::string_view line) noexcept {
  if (match_status_line(line) != StartMatch::yes) return 0;
  return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

}  // namespace outspan::protocol::http1
