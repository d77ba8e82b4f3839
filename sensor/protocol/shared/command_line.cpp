#include "protocol/shared/command_line.h"

#include <algorithm>

namespace outspan::protocol {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view without_line_end(std::string_view line) noexcept {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool LineReader::next(Bytes& in, Line& line) noexcept {
  if (returned_) {
    kept_.clear();
    returned_ = false;
  }
  if (in.empty()) return false;

  const std::string_view text = as_text(in);
  const std::size_t end = text.find('\n');
  const bool ends = end != std::string_view::npos;
  const std::size_t room = limit_bytes_ - std::min(limit_bytes_, kept_.size());
  const std::size_t take = std::min(ends ? end + 1 : text.size(), std::max<std::size_t>(room, 1));
  const bool complete = ends && take == end + 1;
  const bool full = kept_.size() + take >= limit_bytes_;

  const std::string_view taken = text.substr(0, take);
  in = in.subspan(take);
  if (!complete && !full) {
    kept_ += taken;
    return false;
  }
  if (kept_.empty()) {
    line.wire = taken;
  } else {
    kept_ += taken;
    line.wire = kept_;
    returned_ = true;
  }
  line.text = complete ? without_line_end(line.wire) : line.wire;
  line.kind = !complete ? Line::Kind::piece : overlong_ ? Line::Kind::closing : Line::Kind::whole;
  overlong_ = !complete;
  return true;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() &&
         equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool contains_ignoring_case(std::string_view text, std::string_view needle) noexcept {
  return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                     [](char x, char y) { return lower(x) == lower(y); }) != text.end();
}

Command split_command(std::string_view line) noexcept {
  line = trimmed(line);
  const std::size_t blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos) return {line, {}};
  return {line.substr(0, blank), trimmed(line.substr(blank))};
}

Reply split_reply(std::string_view line) noexcept {
  const auto digit = [&line](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  if (line.size() < 3 || !digit(0) || !digit(1) || !digit(2)) return {};
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return {};
  Reply reply;
  reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  reply.more = line.size() > 3 && line[3] == '-';
  if (line.size() > 4) reply.text = line.substr(4);
  return reply;
}

}  // namespace outspan::protocol
