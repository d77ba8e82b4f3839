#include "content/codes/coded_runs.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "marks/marks.h"
#include "text/byte_class.h"
#include "text/hex.h"

namespace outspan::content {
namespace {

constexpr std::size_t kHeaderLine = 300;
/// Pairs of digits in front of a mark that its block of 64 bytes did not show.
constexpr std::size_t kPairsBefore = 21;

/// The line at `at` without its end, and where the next one begins; cut lines are as they are.
std::string_view line_at(std::string_view raw, std::size_t at, std::size_t& next) noexcept {
  const std::string_view rest = raw.substr(at, kHeaderLine);
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  next = std::min(at + end + 1, raw.size());
  const std::string_view line = rest.substr(0, end);
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

/// The name of "begin 644 name".
std::optional<std::string_view> uu_name(std::string_view line) noexcept {
  line.remove_prefix(std::string_view("begin ").size());
  const std::size_t digits = line.find_first_not_of("01234567");
  if (digits == std::string_view::npos || digits < 3 || digits > 4 || line[digits] != ' ')
    return std::nullopt;
  return line.substr(digits + 1);
}

bool is_pair(std::string_view raw, std::size_t at) noexcept {
  return text::hex_byte(raw[at], raw[at + 1]) >= 0 && !text::is_hex_digit(raw[at + 2]);
}

constexpr std::array<const char*, 5> kNames{"", "", "hexdump", "hex", "base85"};

}  // namespace

void CodedRuns::data(const WindowCore& core) noexcept {
  std::size_t at = core.begin;
  hex_judged_ = 0;
  if (decoder_) {
    at = decode_from(core.raw, core.begin + std::exchange(ahead_, 0), core.end);
  } else if (core.at_start && at == 0 && core.end > 0) {
    at = try_mark(core, 0);
  }
  while ((at = text::next_bit(core.masks.code_marks(), at, core.end)) < core.end)
    at = try_mark(core, at);
}

/// Decodes from there if a run begins; where to go on.
std::size_t CodedRuns::try_mark(const WindowCore& core, std::size_t mark) noexcept {
  // Pairs that were judged, and nothing else begins with a digit in the middle of a line.
  if (mark < hex_judged_ && mark > 0 && core.raw[mark - 1] != '\n' && core.raw[mark] != '~')
    return mark + 1;
  if (std::optional<Run> run = run_at(core.raw, mark); run && start(*run, core.raw))
    return decode_from(core.raw, run->begin, core.end);
  return mark + 1;
}

std::size_t CodedRuns::decode_from(std::string_view raw, std::size_t begin,
                                   std::size_t core_end) noexcept {
  if (begin < core_end) return begin + decode(as_bytes(raw.substr(begin, core_end - begin)));
  ahead_ = begin - core_end;
  return core_end;
}

std::optional<CodedRuns::Run> CodedRuns::run_at(std::string_view raw, std::size_t at) noexcept {
  if (at == 0 || raw[at - 1] == '\n')
    if (auto run = run_of_line(raw, at)) return run;
  if (at > 0 && raw[at] == '~' && raw[at - 1] == '<')
    return Run{Kind::base85, at + 1, base85_decoder(Base85::ascii85)};
  return spaced_hex(raw, at);
}

std::optional<CodedRuns::Run> CodedRuns::run_of_line(std::string_view raw,
                                                     std::size_t at) noexcept {
  if (raw[at] != 'b' && raw[at] != '=' && raw[at] != '0') return base85(raw, at);
  std::size_t next = 0;
  const std::string_view line = line_at(raw, at, next);
  if (line.starts_with("begin ")) {
    const auto name = uu_name(line);
    if (name) return Run{Kind::uu, next, uu_decoder(), std::string(*name)};
  }
  if (line.starts_with("=ybegin ")) {
    const std::size_t name = line.find("name=");
    if (name != std::string_view::npos)
      return Run{Kind::yenc, next, yenc_decoder(), std::string(line.substr(name + 5))};
  }
  if (line.starts_with('0') && is_hexdump_line(line))
    return Run{Kind::hexdump, at, hexdump_decoder()};
  return base85(raw, at);
}

/// Without marks around it only what it decodes to tells it.
std::optional<CodedRuns::Run> CodedRuns::base85(std::string_view raw, std::size_t at) noexcept {
  for (const Base85 alphabet : {Base85::ascii85, Base85::rfc1924, Base85::z85})
    if (begins_base85(alphabet, raw.substr(at)))
      return Run{Kind::base85, at, base85_decoder(alphabet)};
  return std::nullopt;
}

/// Each stretch of text is decoded once, whatever number of marks is in it.
std::optional<CodedRuns::Run> CodedRuns::spaced_hex(std::string_view raw, std::size_t at) noexcept {
  if (at < hex_judged_) return std::nullopt;
  const bool prefixed = at > 0 && raw[at - 1] == '0' && (raw[at] | 0x20) == 'x';
  if (prefixed) --at;
  for (std::size_t i = 0; !prefixed && i < kPairsBefore; ++i) {
    if (at < 3 || at + 2 >= raw.size() || !is_pair(raw, at - 3)) break;
    at -= 3;
  }
  if (!prefixed && (at + 2 >= raw.size() || !is_pair(raw, at))) return std::nullopt;
  std::size_t judged = 0;
  if (!begins_spaced_hex(raw.substr(at), judged)) {
    hex_judged_ = at + judged;
    return std::nullopt;
  }
  return Run{Kind::hex, at, spaced_hex_decoder(has_hex_lines(raw.substr(at)))};
}

bool CodedRuns::start(Run& run, std::string_view raw) noexcept {
  const std::size_t size = raw.size() - run.begin;
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    context_.skip(node_, size);
    return false;
  }
  kind_ = run.kind;
  StagePtr& stage = stages_[static_cast<std::size_t>(kind_)];
  if (stage == nullptr) {
    const bool named = kind_ == Kind::uu || kind_ == Kind::yenc;
    const Node* node = context_.add_node(
        node_, named ? std::move(run.name) : kNames[static_cast<std::size_t>(kind_)], {});
    if (node == nullptr) {
      context_.skip(node_, size);
      return false;
    }
    stage = context_.open(*node, {.depth = depth_ + 1});
  }
  ++context_.services().counters.embedded_runs;
  decoder_ = std::move(run.decoder);
  return true;
}

std::size_t CodedRuns::decode(Bytes text) noexcept {
  std::array<std::uint8_t, 4096> out;
  std::size_t at = 0;
  while (decoder_ && at < text.size()) {
    const auto step = decoder_->run(text.subspan(at), out);
    at += step.consumed;
    if (step.produced > 0 && !put(Bytes(out).first(step.produced))) return text.size();
    if (step.ended) end_run();
  }
  return at;
}

bool CodedRuns::put(Bytes decoded) noexcept {
  if (context_.expand(decoded.size())) {
    stages_[static_cast<std::size_t>(kind_)]->data(decoded);
    return true;
  }
  context_.skip(node_, decoded.size());
  end_run();
  return false;
}

void CodedRuns::end_run() noexcept {
  if (!decoder_) return;
  std::array<std::uint8_t, RunDecoder::kRoom> out;
  const std::size_t rest = decoder_->finish(out);
  decoder_.reset();
  ahead_ = 0;
  StagePtr& stage = stages_[static_cast<std::size_t>(kind_)];
  if (rest > 0 && context_.expand(rest)) stage->data(Bytes(out).first(rest));
  if (kind_ != Kind::uu && kind_ != Kind::yenc) return stage->boundary();
  stage->finish();  // a file of its own
  stage.reset();
}

void CodedRuns::pause() noexcept {
  if (decoder_) stages_[static_cast<std::size_t>(kind_)]->pause();
}

void CodedRuns::finish() noexcept {
  end_run();
  for (const StagePtr& stage : stages_)
    if (stage) stage->finish();
}

}  // namespace outspan::content
