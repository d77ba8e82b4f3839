#include "protocol/shared/file_writer.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol {

void HeldBlocks::report(Stats& stats) const {
  stats.add("protocol.files.holes", holes);
  stats.add("protocol.files.held_bytes_peak", budget.peak());
}

FileWriter::FileWriter(ParserHost& host, Side side, ObjectInfo info, std::string file_name,
                       std::uint64_t begin, std::uint64_t* flow_held_bytes) noexcept
    : host_(host),
      side_(side),
      info_(std::move(info)),
      file_name_(std::move(file_name)),
      end_(begin),
      flow_held_bytes_(flow_held_bytes) {}

FileWriter::~FileWriter() { close(ObjectEnd::cut_short); }

HeldBlocks& FileWriter::all_held() noexcept { return host_.shared().get<HeldBlocks>(); }

void FileWriter::block(std::uint64_t offset) noexcept {
  at_ = offset;
  beside_left_ = 0;
  before_.clear();
  last_block_ = host_.flow().now.time;
  give_up_waiting();
}

void FileWriter::give_up_waiting() noexcept {
  if (held_.empty() || host_.flow().now.time - waits_since_ <= kSilenceMax) return;
  ++all_held().holes;
  give_held(true);
}

void FileWriter::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    std::size_t size = bytes.size();
    if (at_ < end_) {
      size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - at_));
      late(at_, bytes.first(size));
      beside_left_ = kBesideBytes;
    } else if (at_ == end_) {
      // What came first stays, however the blocks were cut.
      if (!held_.empty())
        size = static_cast<std::size_t>(std::min<std::uint64_t>(size, held_.begin()->first - end_));
      if (!held_.empty()) remember(bytes.first(size));
      append(bytes.first(size));
      show_beside(at_, bytes.first(size), beside_left_);
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
  waits_since_ = last_block_;
  end_ += bytes.size();
}

/// The block may run into what is held.
void FileWriter::remember(Bytes bytes) noexcept {
  before_ += as_text(bytes.last(std::min(bytes.size(), kBesideBytes)));
  before_.erase(0, before_.size() - std::min(before_.size(), kBesideBytes));
}

/// What follows in its block on what was late: a value may stand in both. It counts in the file.
void FileWriter::show_beside(std::uint64_t offset, Bytes bytes, std::size_t& left) noexcept {
  if (left == 0 || !late_ || late_end_ != offset) return;
  const Bytes shown = bytes.first(std::min(bytes.size(), left));
  late_->decoded(shown, 0);
  late_end_ += shown.size();
  left -= shown.size();
}

/// What was passed over, or comes again: each run of neighbours is a part.
void FileWriter::late(std::uint64_t offset, Bytes bytes) noexcept {
  const bool goes_on = late_ && offset == late_end_;
  if (late_ && !goes_on) late_->end_part();
  if (!late_) late_ = begin_object();
  if (!goes_on) {
    begin_part(*late_);
    if (!before_.empty()) late_->decoded(as_bytes(before_), 0);
  }
  late_->data(bytes);
  before_.clear();
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
  const bool joins = goes_on && before->second.size() + bytes.size() <= kJoinedBytes;
  const std::size_t cost = bytes.size() + (joins ? 0 : kBlockHeldBytes);
  if (held_bytes_ + cost > kHeldBytesMax || !all_held().budget.take(cost)) return false;
  if (held_.empty()) waits_since_ = last_block_;
  count_held(static_cast<std::int64_t>(cost));
  std::vector<std::uint8_t>& held = joins ? before->second : held_[at_];
  if (goes_on && !joins) held.reserve(std::max(kJoinedBytes, bytes.size()));
  held.insert(held.end(), bytes.begin(), bytes.end());
  return true;
}

void FileWriter::count_held(std::int64_t change) noexcept {
  held_bytes_ += static_cast<std::size_t>(change);
  if (flow_held_bytes_ != nullptr) *flow_held_bytes_ += static_cast<std::uint64_t>(change);
}

void FileWriter::give_held(bool all) noexcept {
  if (held_.empty()) return;
  std::string before = std::exchange(before_, {});  // of another block
  while (!held_.empty() && (all || held_.begin()->first <= end_)) {
    const auto [offset, held] = std::move(*held_.begin());
    held_.erase(held_.begin());
    count_held(-static_cast<std::int64_t>(held.size() + kBlockHeldBytes));
    all_held().budget.give(held.size() + kBlockHeldBytes);
    if (offset > end_) skip_to(offset);
    const auto twice =
        static_cast<std::size_t>(std::min<std::uint64_t>(held.size(), end_ - offset));
    const Bytes rest = Bytes(held).subspan(twice);
    std::size_t beside = twice > 0 ? kBesideBytes : 0;
    if (twice > 0) late(offset, Bytes(held).first(twice));
    show_beside(offset + twice, rest, beside);
    if (!rest.empty()) append(rest);
  }
  before_ = std::move(before);
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
  give_up_waiting();
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
