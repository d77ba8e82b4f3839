#include "protocol/shared/file_writer.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol {

void HeldBlocks::report(Stats& stats) const {
  stats.add("protocol.files.holes", holes);
  stats.add("protocol.files.held_bytes_peak", budget.peak());
}

FileWriter::FileWriter(ParserHost& host, Side side, ObjectInfo info, std::string file_name,
                       std::uint64_t begin) noexcept
    : host_(host),
      side_(side),
      info_(std::move(info)),
      file_name_(std::move(file_name)),
      end_(begin) {}

FileWriter::~FileWriter() { close(ObjectEnd::cut_short); }

HeldBlocks& FileWriter::all_held() noexcept { return host_.shared().get<HeldBlocks>(); }

void FileWriter::block(std::uint64_t offset) noexcept {
  at_ = offset;
  last_block_ = host_.flow().now.time;
}

void FileWriter::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    std::size_t size = bytes.size();
    if (at_ < end_) {
      size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - at_));
      late(at_, bytes.first(size));
    } else if (at_ == end_) {
      // What came first stays, however the blocks were cut.
      if (!held_.empty())
        size = static_cast<std::size_t>(std::min<std::uint64_t>(size, held_.begin()->first - end_));
      append(bytes.first(size));
      give_held(false);
    } else if (!hold(bytes)) {
      ++all_held().holes;
      give_held(true);
      if (at_ > end_) skip_to(at_);
      continue;
    }
    at_ += size;
    bytes = bytes.subspan(size);
  }
}

void FileWriter::append(Bytes bytes) noexcept {
  if (!writer_) {
    writer_ = begin_object();
    begin_part(*writer_);
  }
  writer_->data(bytes);
  end_ += bytes.size();
}

/// What was passed over, or comes again: each run of neighbours is a part.
void FileWriter::late(std::uint64_t offset, Bytes bytes) noexcept {
  if (!late_) {
    late_ = begin_object();
    begin_part(*late_);
  } else if (offset != late_end_) {
    late_->end_part();
    begin_part(*late_);
  }
  late_->data(bytes);
  late_end_ = offset + bytes.size();
}

bool FileWriter::hold(Bytes bytes) noexcept {
  const auto next = held_.upper_bound(at_);
  const auto before = next == held_.begin() ? held_.end() : std::prev(next);
  if (before != held_.end() && before->first == at_) {
    late(at_, bytes);  // written twice before its turn: both are searched
    return true;
  }
  const bool goes_on = before != held_.end() && before->first + before->second.size() == at_;
  const std::size_t cost = bytes.size() + (goes_on ? 0 : kBlockHeldBytes);
  if (held_bytes_ + cost > kHeldBytesMax || !all_held().budget.take(cost)) return false;
  held_bytes_ += cost;
  std::vector<std::uint8_t>& held = goes_on ? before->second : held_[at_];
  held.insert(held.end(), bytes.begin(), bytes.end());
  return true;
}

void FileWriter::give_held(bool all) noexcept {
  while (!held_.empty() && (all || held_.begin()->first <= end_)) {
    const auto [offset, held] = std::move(*held_.begin());
    held_.erase(held_.begin());
    held_bytes_ -= held.size() + kBlockHeldBytes;
    all_held().budget.give(held.size() + kBlockHeldBytes);
    if (offset > end_) skip_to(offset);
    const auto twice =
        static_cast<std::size_t>(std::min<std::uint64_t>(held.size(), end_ - offset));
    if (twice > 0) late(offset, Bytes(held).first(twice));
    if (twice < held.size()) append(Bytes(held).subspan(twice));
  }
}

void FileWriter::skip_to(std::uint64_t offset) noexcept {
  if (!writer_) {
    writer_ = begin_object();
    begin_part(*writer_);
  }
  writer_->gap(offset - end_);
  end_ = offset;
  gapped_ = true;
}

std::unique_ptr<ObjectWriter> FileWriter::begin_object() noexcept {
  return host_.objects().begin(host_.flow(), side_, info());
}

void FileWriter::begin_part(ObjectWriter& writer) noexcept {
  PartInfo part;
  part.kind = PartKind::body;
  part.file_name = file_name_;
  writer.begin_part(std::move(part));
}

void FileWriter::pause() noexcept {
  if (writer_) writer_->pause();
  if (late_) late_->pause();
}

void FileWriter::close(ObjectEnd how) noexcept {
  give_held(true);
  if (gapped_) how = ObjectEnd::cut_short;
  for (auto* writer : {&writer_, &late_}) {
    if (!*writer) continue;
    (*writer)->end_part();
    (*writer)->end(how);
    writer->reset();
  }
}

}  // namespace outspan::protocol
