#include "protocol/shared/command_line.h"

#include <algorithm>

namespace outspan::protocol {
namespace {

std::string_view without_line_end(std::string_view line) noexcept {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
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

Command split_command(std::string_view line) noexcept {
  line = text::trimmed(line);
  const std::size_t blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos) return {line, {}};
  return {line.substr(0, blank), text::trimmed(line.substr(blank))};
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
