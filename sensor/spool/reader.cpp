#include "spool/reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace outspan::spool {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

FileDescriptor open_to_read(const std::string& folder, std::uint64_t segment) {
  return FileDescriptor(
      ::open((folder + "/" + segment_name(segment)).c_str(), O_RDONLY | O_CLOEXEC));
}

std::optional<Footer> footer_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::array<std::uint8_t, kFooterBytes> bytes{};
  if (size < kHeaderBytes + kFooterBytes || read_at(fd, size - kFooterBytes, bytes) != kFooterBytes)
    return std::nullopt;
  return read_footer(bytes);
}

}  // namespace

std::optional<Footer> footer_of(const std::string& folder, std::uint64_t segment) {
  const FileDescriptor file = open_to_read(folder, segment);
  return file ? footer_of(file.get()) : std::nullopt;
}

Reader::Reader(std::string folder, Position from) : folder_(std::move(folder)) { seek(from); }

void Reader::seek(Position to) {
  file_.reset();
  buffer_at_ = buffer_end_ = 0;
  at_ = to;
}

/// Opens the segment that at_ is in and goes to its record. False: there is none yet.
bool Reader::open_segment() {
  const std::vector<std::uint64_t> segments = list_segments(folder_);
  if (segments.empty()) return false;
  const auto behind = std::upper_bound(segments.begin(), segments.end(), at_.number);
  const std::uint64_t wanted_number = at_.number;
  const std::uint64_t segment = behind == segments.begin() ? segments.front() : *std::prev(behind);
  file_ = open_to_read(folder_, segment);
  std::array<std::uint8_t, kHeaderBytes> header{};
  if (!file_ || read_at(file_.get(), 0, header) != kHeaderBytes || read_header(header) != segment) {
    file_.reset();
    // Not begun yet, or its beginning is damaged: then what follows it is what is left.
    if (behind == segments.end()) return false;
    ++damaged_;
    at_ = {*behind, *behind, kHeaderBytes};
    return open_segment();
  }
  buffer_at_ = buffer_end_ = 0;
  if (at_.segment == segment && at_.offset >= kHeaderBytes) return true;
  at_ = {segment, segment, kHeaderBytes};
  while (at_.number < wanted_number && next()) {
  }
  return file_.get() >= 0;
}

bool Reader::passed_over(std::uint64_t segment) const {
  if (wanted_.kinds == ~std::uint64_t{0} && wanted_.first == Timestamp::min() &&
      wanted_.last == Timestamp::max())
    return false;
  const auto footer = footer_of(folder_, segment);
  return footer && ((footer->kinds & wanted_.kinds) == 0 || footer->last_time < wanted_.first ||
                    footer->first_time > wanted_.last);
}

/// False: this is the last.
bool Reader::next_segment() {
  std::vector<std::uint64_t> segments = list_segments(folder_);
  auto behind = std::upper_bound(segments.begin(), segments.end(), at_.segment);
  if (behind != segments.end() && *behind != at_.number) {
    // A folder that is read while files are made in it may show a later one and not an earlier one.
    segments = list_segments(folder_);
    behind = std::upper_bound(segments.begin(), segments.end(), at_.segment);
  }
  while (behind != segments.end() && std::next(behind) != segments.end() && passed_over(*behind))
    ++behind;
  if (behind == segments.end()) return false;
  seek({*behind, *behind, kHeaderBytes});
  return open_segment();
}

/// Makes `size_bytes` from at_ on available. False: the file has less.
bool Reader::fill(std::uint64_t size_bytes) {
  if (buffered().size() >= size_bytes) return true;
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(buffer_at_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(buffer_end_), buffer_.begin());
  buffer_end_ -= buffer_at_;
  buffer_at_ = 0;
  buffer_.resize(
      std::max<std::size_t>(buffer_.size(), std::max<std::size_t>(size_bytes, kBufferBytes)));
  buffer_end_ +=
      read_at(file_.get(), at_.offset + buffer_end_, std::span(buffer_).subspan(buffer_end_));
  return buffered().size() >= size_bytes;
}

bool Reader::is_last_segment() const {
  const std::vector<std::uint64_t> segments = list_segments(folder_);
  return segments.empty() || segments.back() <= at_.segment;
}

std::optional<Record> Reader::next(std::uint64_t end) {
  for (bool read_again = false;;) {
    if (at_.number >= end) {
      // What is behind the end may be taken back (a full disk): it is read again when its time
      // has come.
      buffer_at_ = buffer_end_ = 0;
      return std::nullopt;
    }
    if (!file_ && !open_segment()) return std::nullopt;
    fill(kRecordHeadBytes);
    Found found = find_record(buffered());
    if (found.what == Found::What::short_of_bytes && fill(found.size_bytes))
      found = find_record(buffered());
    if (found.what == Found::What::record) {
      buffer_at_ += found.size_bytes;
      at_.offset += found.size_bytes;
      ++at_.number;
      return found.record;
    }
    fill(kFooterBytes);
    const bool finished = read_footer(buffered()).has_value();
    const Position here = at_;
    // What is being written right now is read again from the file the next time. Where another
    // segment has begun this one is over, but may have grown since it was read.
    if (!finished && !read_again) {
      read_again = !is_last_segment();
      seek(here);
      if (read_again) continue;
      return std::nullopt;
    }
    if (!next_segment()) {
      seek(here);
      return std::nullopt;
    }
    read_again = false;
    if (!finished) ++damaged_;
  }
}

}  // namespace outspan::spool
