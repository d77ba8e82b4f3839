#include "content/containers/tar_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/chain/member.h"

namespace outspan::content {
namespace {

/// More of a name, or of pax records, is not kept.
constexpr std::size_t kNameBytesMax = 8192;

std::string field(Bytes header, std::size_t at, std::size_t size) {
  const std::string_view text = as_text(header.subspan(at, size));
  return std::string(text.substr(0, text.find('\0')));
}

/// Octal digits, or a big-endian number behind a byte of 0x80 (GNU).
std::uint64_t number(Bytes header, std::size_t at, std::size_t size) noexcept {
  std::uint64_t value = 0;
  if (header[at] == 0x80) {
    for (std::size_t i = at + 1; i < at + size; ++i) value = value << 8 | header[i];
    return value;
  }
  for (std::size_t i = at; i < at + size; ++i)
    if (header[i] >= '0' && header[i] <= '7') value = value * 8 + (header[i] - '0');
  return value;
}

/// The sum of all bytes, with blanks in the place of the sum itself.
bool sum_is_right(Bytes header) noexcept {
  std::uint64_t sum = 8 * ' ';
  for (std::size_t i = 0; i < header.size(); ++i)
    if (i < 148 || i >= 156) sum += header[i];
  return sum == number(header, 148, 8);
}

bool has_mark(Bytes header) noexcept { return as_text(header.subspan(257, 5)) == "ustar"; }

/// The path record of a pax header: "27 path=some/name\n".
std::string pax_path(std::string_view records) {
  const std::size_t at = records.find(" path=");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = records.substr(at + 6);
  return std::string(rest.substr(0, rest.find('\n')));
}

std::string member_name(Bytes header) {
  std::string name = field(header, 0, 100);
  const bool ustar = as_text(header.subspan(257, 6)) == std::string_view("ustar", 6);
  const std::string prefix = ustar ? field(header, 345, 155) : std::string();  // GNU: other things
  return prefix.empty() ? name : prefix + "/" + name;
}

}  // namespace

Opened open_tar(const Opening& opening) noexcept { return open_container<TarStage>(opening); }

TarStage::TarStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
    : Stage(context, node), depth_(depth), rest_(context.open_text(node, {.depth = depth})) {}

void TarStage::read(Bytes bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size();)
    at += body_left_ + padding_left_ > 0 ? take_body(bytes.subspan(at), at)
                                         : take_header(bytes.subspan(at), at);
}

std::size_t TarStage::take_header(Bytes bytes, std::size_t at) noexcept {
  const std::size_t taken = std::min(bytes.size(), kBlock - have_);
  std::memcpy(header_.data() + have_, bytes.data(), taken);
  have_ += taken;
  forward(*rest_, bytes.first(taken), static_cast<std::int64_t>(at));
  if (have_ == kBlock) begin_entry();
  return taken;
}

void TarStage::begin_entry() noexcept {
  have_ = 0;
  const Bytes header(header_);
  if (header[0] == 0 && !lost_) return;  // padding between archives and at the end
  if (!sum_is_right(header) && !has_mark(header)) return look_further();
  lost_ = false;
  const std::uint8_t type = header[156];
  const bool has_body = type < '1' || type > '6';  // links, devices and folders have none
  body_left_ = has_body ? number(header, 124, 12) : 0;
  padding_left_ = (kBlock - body_left_ % kBlock) % kBlock;
  names_next_ = type == 'L' || type == 'x';
  if (names_next_ || type == 'K' || type == 'g') return;
  std::string name = long_name_.empty() ? member_name(header) : std::exchange(long_name_, {});
  if (body_left_ == 0) return;
  rest_->boundary();
  member_ = open_member(context_, node_, std::move(name), depth_);
}

/// Moves what is held to where a header could begin in it.
void TarStage::look_further() noexcept {
  if (!std::exchange(lost_, true)) ++context_.services().counters.damaged;
  constexpr std::size_t kMarkAt = 257;
  const std::size_t found = as_text(header_).find("ustar", kMarkAt + 1);
  const std::size_t mark = std::min(found, kBlock - 4);  // or the mark is only beginning
  have_ = kBlock - (mark - kMarkAt);
  std::memmove(header_.data(), header_.data() + (mark - kMarkAt), have_);
}

std::size_t TarStage::take_body(Bytes bytes, std::size_t at) noexcept {
  if (body_left_ == 0) {
    const auto padding =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), padding_left_));
    padding_left_ -= padding;
    forward(*rest_, bytes.first(padding), static_cast<std::int64_t>(at));
    return padding;
  }
  const Bytes piece =
      bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), body_left_)));
  body_left_ -= piece.size();
  if (names_next_) {
    long_name_ += as_text(piece.first(std::min(piece.size(), kNameBytesMax - long_name_.size())));
  }
  forward(member_ ? *member_ : *rest_, piece, static_cast<std::int64_t>(at));
  if (body_left_ == 0) end_entry();
  return piece.size();
}

void TarStage::end_entry() noexcept {
  if (member_) {
    member_->finish();
    member_.reset();
  }
  if (!std::exchange(names_next_, false)) return;
  if (header_[156] == 'L')
    long_name_.resize(std::min(long_name_.size(), long_name_.find('\0')));
  else
    long_name_ = pax_path(long_name_);
}

/// How much is missing is not known: the next header says where the archive goes on.
void TarStage::gap() noexcept {
  if (member_) member_->gap();
  rest_->gap();
  end_entry();
  body_left_ = padding_left_ = 0;
  have_ = 0;
  lost_ = true;
}

void TarStage::pause() noexcept {
  if (member_) member_->pause();
}

void TarStage::end() noexcept {
  end_entry();
  rest_->finish();
}

}  // namespace outspan::content
