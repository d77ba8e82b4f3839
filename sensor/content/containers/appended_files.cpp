#include "content/containers/appended_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/containers/zip_header.h"
#include "marks/marks.h"

namespace outspan::content {
namespace {

using namespace std::string_view_literals;

/// What nearly all zips begin with, and other bytes hardly ever: a plausible header and a name.
bool is_zip(Bytes b) noexcept {
  return zip_local_header_bytes(b) > kZipLocalHeaderBytes && b[4] >= 10 &&
         b[kZipLocalHeaderBytes] >= 0x20;
}
/// RFC 1952, 2.3: no reserved flags, levels and systems that there are, and not the magic alone in
/// a program that knows it.
bool is_gzip(Bytes b) noexcept {
  const bool level = b[8] == 0 || b[8] == 2 || b[8] == 4;
  const bool system = b[9] <= 13 || b[9] == 255;
  const bool deflate_begins = (b[10] & 6) != 6;  // no reserved block type, where no name is
  return (b[3] & 0xe0) == 0 && level && system && ((b[3] & 0x1e) != 0 || deflate_begins);
}

/// RFC 1951, 3.2.7: the lengths of the codes for lengths of codes, which make a whole tree.
bool has_whole_tree(Bytes b) noexcept {
  constexpr unsigned kCodesMax = 29, kFull = 1 << 7;
  const auto bits = [b](unsigned at, unsigned count) {
    unsigned value = 0;
    for (unsigned i = 0; i < count; ++i) value |= (b[(at + i) / 8] >> (at + i) % 8 & 1U) << i;
    return value;
  };
  if (bits(3, 5) > kCodesMax || bits(8, 5) > kCodesMax) return false;
  const unsigned end = 17 + 3 * (bits(13, 4) + 4);
  unsigned filled = 0;
  for (unsigned at = 17; at < end; at += 3)
    if (const unsigned length = bits(at, 3); length != 0) filled += kFull >> length;
  return filled == kFull;
}

/// RFC 1950, 2.2, a window of 32 KiB, and a first block of deflate that can be. Two bytes are no
/// mark: what stands in the block has to make up for it.
bool is_zlib(Bytes b) noexcept {
  if (!begins_zlib(b) || b[0] != 0x78 || (b[1] & 0x20) != 0) return false;
  switch (b[2] >> 1 & 3) {
    case 0: return (b[3] ^ b[5]) == 0xff && (b[4] ^ b[6]) == 0xff;
    case 1: return true;
    case 2: return has_whole_tree(b.subspan(2));
    default: return false;
  }
}

bool begins_archive(Bytes b, bool zlib) noexcept {
  const std::string_view text = as_text(b);
  if (text.starts_with("PK\x03\x04"sv)) return is_zip(b);
  if (text.starts_with("\x1f\x8b\x08"sv)) return is_gzip(b);
  if (b[0] == 0x78) return zlib && is_zlib(b);
  // RFC 8878, 3.1.1.1.1: a bit that is reserved.
  if (text.starts_with("\x28\xb5\x2f\xfd"sv)) return (b[4] & 8) == 0;
  // The version, and behind the checksum the place of the header: below 2^40.
  if (text.starts_with("7z\xbc\xaf\x27\x1c"sv)) return b[6] == 0 && b[17] == 0 && b[18] == 0;
  return text.starts_with("Rar!\x1a\x07\x00"sv) || text.starts_with("Rar!\x1a\x07\x01\x00"sv);
}

/// The first mark that is whole and stands in the first `end` bytes; size if none.
std::size_t find_archive(Bytes bytes, std::size_t head, std::size_t end, bool zlib) noexcept {
  std::size_t first = bytes.size();
  // The second bytes: rarer than the first ones in most files. The last two are of zlib, of the
  // usual level and of the best.
  static constexpr std::uint8_t kSecond[] = {'K', 'z', 'a', 0x8b, 0xb5, 0x9c, 0xda};
  for (const std::uint8_t second : std::span(kSecond).first(zlib ? 7 : 5)) {
    std::size_t at = 1;
    while (at < std::min(end + 1, first)) {
      const void* found = std::memchr(bytes.data() + at, second, std::min(end + 1, first) - at);
      if (found == nullptr) break;
      at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
      if (at - 1 + head <= bytes.size() && begins_archive(bytes.subspan(at - 1, head), zlib))
        first = at - 1;
      ++at;
    }
  }
  return first;
}

/// The coding of a compressed stream by its mark; nullopt: another archive.
std::optional<Coding> coding_of(Bytes b) noexcept {
  if (b[0] == 0x1f) return Coding::gzip;
  if (b[0] == 0x78) return Coding::zlib;
  return b[0] == 0x28 ? std::optional(Coding::zstd) : std::nullopt;
}

/// Whether a compressed stream goes on for 512 bytes of what comes out, or to its end. `more`
/// follows these bytes: then a head that fills them is believed. Of zlib, whose mark says little,
/// nothing less is, no damage, and of what is shorter only text and files.
bool decodes(Services& services, Bytes bytes, bool more) noexcept {
  std::array<std::uint8_t, 512> out;
  const Coding coding = *coding_of(bytes);
  auto decompressor = services.decompressors.take(coding);
  std::size_t produced = 0;
  Decompressor::Step step;
  do {
    step = decompressor->run(bytes, out);
    bytes = bytes.subspan(step.consumed);
    produced += step.produced;
  } while (step.state == Decompressor::State::running && produced < out.size() &&
           step.consumed + step.produced > 0);
  services.decompressors.give(coding, std::move(decompressor));
  if (coding == Coding::zlib && step.state != Decompressor::State::ended)
    return step.state == Decompressor::State::running && produced >= out.size();
  if (coding == Coding::zlib) return marks::worth_reading(Bytes(out).first(step.produced));
  if (step.state == Decompressor::State::damaged) return produced >= out.size();
  return produced > 0 || (more && step.state == Decompressor::State::running);
}

}  // namespace

void AppendedFiles::data(Bytes bytes) noexcept {
  while (!bytes.empty() && !refused_) bytes = bytes.subspan(take(bytes));
  others_.add(bytes);
}

/// How many of the bytes are dealt with: at least one.
std::size_t AppendedFiles::take(Bytes bytes) noexcept {
  if (probe_) return fill_probe(bytes);
  if (file_) return feed(bytes);
  const std::size_t searched = search(bytes);
  if (!file_ || searched < bytes.size()) others_.add(bytes.first(searched));
  return searched;
}

/// How many of the bytes no mark stands in, or not a whole one: what it begins with is kept.
std::size_t AppendedFiles::search(Bytes bytes) noexcept {
  const bool zlib = false_marks_ < kFalseMax;  // too short a mark to be believed untried
  // A mark may stand across the border of two pieces.
  const std::size_t more = std::min(bytes.size(), border_.size() - held_);
  std::memcpy(border_.data() + held_, bytes.data(), more);
  const Bytes border(border_.data(), held_ + more);
  const std::size_t at = find_archive(border, kHead, std::min(held_, border.size()), zlib);
  if (at < border.size()) {
    const auto beginning = border_;
    const Bytes head = Bytes(beginning).first(border.size()).subspan(at);
    begin_file(head);
    if (!refused_) take(head);
    return more;
  }
  const std::size_t inside = find_archive(bytes, kHead, bytes.size(), zlib);
  if (inside < bytes.size()) {
    begin_file(bytes.subspan(inside));
    return inside;
  }
  const std::size_t kept = std::min(kHead - 1, held_ + bytes.size());
  if (bytes.size() >= kept) {
    std::memcpy(border_.data(), bytes.data() + bytes.size() - kept, kept);
  } else {
    std::memmove(border_.data(), border_.data() + held_ + bytes.size() - kept, kept);
  }
  held_ = kept;
  return bytes.size();
}

/// `bytes` begin with a mark. Then there is a probe or a file, or it is refused.
void AppendedFiles::begin_file(Bytes bytes) noexcept {
  held_ = 0;
  if (coding_of(bytes) && false_marks_ < kFalseMax)
    probe_ = context_.services().buffers.take(kProbe);
  if (!probe_) start();
}

/// How many of the bytes it took. When it is full, it is judged.
std::size_t AppendedFiles::fill_probe(Bytes bytes) noexcept {
  const std::size_t taken = std::min(bytes.size(), kProbe - probe_size_);
  std::memcpy(probe_.data() + probe_size_, bytes.data(), taken);
  probe_size_ += taken;
  if (probe_size_ == kProbe) judge_probe(Then::more);
  return taken;
}

/// What follows the file in the probe is searched on, of a false one all but its first byte:
/// another mark may stand in it, which then is not full, so that this goes no deeper.
void AppendedFiles::judge_probe(Then then) noexcept {
  const Buffer probe = std::move(probe_);
  const Bytes bytes(probe.data(), std::exchange(probe_size_, 0));
  if (!decodes(context_.services(), bytes, then == Then::more)) {
    ++false_marks_;
    others_.add(bytes.first(1));
    return data(bytes.subspan(1));
  }
  start();
  if (refused_) return;
  std::size_t used = feed(bytes);
  if (then == Then::end && file_) used -= std::min<std::uint64_t>(used - 1, end_file());
  data(bytes.subspan(used));
}

/// How many of the bytes were the file's.
std::size_t AppendedFiles::feed(Bytes bytes) noexcept {
  file_->data(bytes);
  if (following_ == 0) return bytes.size();
  return bytes.size() - std::min<std::uint64_t>(bytes.size() - 1, end_file());
}

/// How many bytes it was given after its end.
std::uint64_t AppendedFiles::end_file() noexcept {
  file_->finish();
  file_.reset();
  return std::exchange(following_, 0);
}

void AppendedFiles::start() noexcept {
  refused_ = true;
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    return;
  }
  if (appended_ == nullptr) appended_ = context_.add_node(node_, "appended", {});
  if (appended_ == nullptr) return;
  refused_ = false;
  file_ = context_.open(*appended_, {.depth = depth_ + 1, .following = &following_});
}

void AppendedFiles::gap() noexcept {
  while (probe_) judge_probe(Then::gap);
  held_ = 0;
  if (file_) file_->gap();
}

void AppendedFiles::pause() noexcept {
  if (file_) file_->pause();
}

void AppendedFiles::finish() noexcept {
  while (probe_) judge_probe(Then::end);
  if (file_) end_file();
  held_ = 0;
  false_marks_ = 0;
  refused_ = false;
}

}  // namespace outspan::content
