#include "content/containers/appended_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/containers/zip_header.h"

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

bool begins_archive(Bytes b) noexcept {
  const std::string_view text = as_text(b);
  if (text.starts_with("PK\x03\x04"sv)) return is_zip(b);
  if (text.starts_with("\x1f\x8b\x08"sv)) return is_gzip(b);
  // The version, and behind the checksum the place of the header: below 2^40.
  if (text.starts_with("7z\xbc\xaf\x27\x1c"sv)) return b[6] == 0 && b[17] == 0 && b[18] == 0;
  return text.starts_with("Rar!\x1a\x07\x00"sv) || text.starts_with("Rar!\x1a\x07\x01\x00"sv);
}

/// The first mark that is whole and stands in the first `end` bytes; size if none.
std::size_t find_archive(Bytes bytes, std::size_t head, std::size_t end) noexcept {
  std::size_t first = bytes.size();
  // The second bytes: rarer than the first ones in most files.
  for (const std::uint8_t second : std::initializer_list<std::uint8_t>{'K', 'z', 'a', 0x8b}) {
    std::size_t at = 1;
    while (at < std::min(end + 1, first)) {
      const void* found = std::memchr(bytes.data() + at, second, std::min(end + 1, first) - at);
      if (found == nullptr) break;
      at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
      if (at - 1 + head <= bytes.size() && begins_archive(bytes.subspan(at - 1, head)))
        first = at - 1;
      ++at;
    }
  }
  return first;
}

/// Whether a gzip stream goes on for 512 bytes of what comes out, or to its end. `more` follows
/// these bytes: then a head that fills them is believed.
bool decodes(Services& services, Bytes bytes, bool more) noexcept {
  std::array<std::uint8_t, 512> out;
  auto decompressor = services.decompressors.take(Coding::gzip);
  std::size_t produced = 0;
  Decompressor::Step step;
  do {
    step = decompressor->run(bytes, out);
    bytes = bytes.subspan(step.consumed);
    produced += step.produced;
  } while (step.state == Decompressor::State::running && produced < out.size() &&
           step.consumed + step.produced > 0);
  services.decompressors.give(Coding::gzip, std::move(decompressor));
  if (step.state == Decompressor::State::damaged) return produced >= out.size();
  return produced > 0 || (more && step.state == Decompressor::State::running);
}

}  // namespace

void AppendedFiles::data(Bytes bytes) noexcept {
  while (probe_ && !bytes.empty()) bytes = bytes.subspan(fill_probe(bytes));
  if (refused_ || bytes.empty()) return;
  if (file_) return file_->data(bytes);
  // A mark may stand across the border of two pieces.
  const std::size_t more = std::min(bytes.size(), border_.size() - held_);
  std::memcpy(border_.data() + held_, bytes.data(), more);
  const Bytes border(border_.data(), held_ + more);
  const std::size_t at = find_archive(border, kHead, std::min(held_, border.size()));
  if (at < border.size()) {
    const auto beginning = border_;
    held_ = 0;
    found(Bytes(beginning).first(border.size()).subspan(at));
    return data(bytes.subspan(more));
  }
  const std::size_t inside = find_archive(bytes, kHead, bytes.size());
  if (inside < bytes.size()) {
    held_ = 0;
    return found(bytes.subspan(inside));
  }
  const std::size_t kept = std::min(kHead - 1, held_ + bytes.size());
  if (bytes.size() >= kept) {
    std::memcpy(border_.data(), bytes.data() + bytes.size() - kept, kept);
  } else {
    std::memmove(border_.data(), border_.data() + held_ + bytes.size() - kept, kept);
  }
  held_ = kept;
}

/// `bytes` begin with a mark.
void AppendedFiles::found(Bytes bytes) noexcept {
  const bool gzip = bytes[0] == 0x1f;
  if (gzip && false_marks_ < kFalseMax) probe_ = context_.services().buffers.take(kProbe);
  if (probe_) return data(bytes);
  if (start()) file_->data(bytes);
}

/// How many of the bytes it took. When it is full, it is judged.
std::size_t AppendedFiles::fill_probe(Bytes bytes) noexcept {
  const std::size_t taken = std::min(bytes.size(), kProbe - probe_size_);
  std::memcpy(probe_.data() + probe_size_, bytes.data(), taken);
  probe_size_ += taken;
  if (probe_size_ == kProbe) judge_probe();
  return taken;
}

/// A false one is searched on, behind its first byte: another mark may stand in it, which then
/// is not full, so that this goes no deeper.
void AppendedFiles::judge_probe() noexcept {
  const Buffer probe = std::move(probe_);
  const Bytes bytes(probe.data(), std::exchange(probe_size_, 0));
  if (decodes(context_.services(), bytes, bytes.size() == kProbe)) {
    if (start()) file_->data(bytes);
    return;
  }
  ++false_marks_;
  data(bytes.subspan(1));
}

bool AppendedFiles::start() noexcept {
  refused_ = true;
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    return false;
  }
  const Node* node = context_.add_node(node_, "appended", {});
  if (node == nullptr) return false;
  refused_ = false;
  file_ = context_.open(*node, {.depth = depth_ + 1});
  return true;
}

void AppendedFiles::gap() noexcept {
  while (probe_) judge_probe();
  held_ = 0;
  if (file_) file_->gap();
}

void AppendedFiles::pause() noexcept {
  if (file_) file_->pause();
}

void AppendedFiles::finish() noexcept {
  while (probe_) judge_probe();
  if (file_) file_->finish();
  file_.reset();
  held_ = 0;
  false_marks_ = 0;
  refused_ = false;
}

}  // namespace outspan::content
