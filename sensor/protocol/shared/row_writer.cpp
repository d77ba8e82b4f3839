#include "protocol/shared/row_writer.h"

#include <utility>

#include "core/held_memory.h"
#include "marks/marks.h"

namespace outspan::protocol {
namespace {

/// Shorter ones hold no file of which anything could be said.
constexpr std::size_t kFileBytesMin = 24;

bool is_file(Bytes cell) noexcept {
  return cell.size() >= kFileBytesMin && marks::beginnings().may_begin(cell[0], cell[1]) &&
         marks::identify(cell).form != marks::Form::unknown;
}

}  // namespace

void RowWriter::begin(const ObjectInfo& info) noexcept {
  if (!host_.flow().inspected(side_)) return;
  if (begun_ && info.name == info_.name && info.source == info_.source &&
      info.actor.user == info_.actor.user)
    return;
  end(ObjectEnd::complete);
  begun_ = true;
  info_ = info;
  row_open_ = false;
}

ObjectWriter& RowWriter::writer() noexcept {
  if (!writer_) {
    writer_ = host_.objects().begin(host_.flow(), side_, info_);
    PartInfo part;
    part.kind = PartKind::body;
    writer_->begin_part(std::move(part));
  }
  return *writer_;
}

void RowWriter::cell_from(Bytes bytes, std::uint64_t wire_bytes) noexcept {
  if (!begun_) return;
  if (bytes.size() >= kLongCellBytes || is_file(bytes)) {
    begin_long_cell();
    hand_on(bytes, wire_bytes);
    return end_long_cell();
  }
  text_ += as_text(bytes);
  text_ += '\t';
  row_open_ = true;
  text_bytes_ += wire_bytes;
  if (text_.size() >= kPendingBytesMax - kLongCellBytes) flush();
}

void RowWriter::begin_long_cell() noexcept {
  if (!begun_) return;
  flush();
  row_open_ = true;
  writer().boundary();
}

void RowWriter::piece(Bytes bytes) noexcept {
  if (begun_ && !bytes.empty()) hand_on(bytes, bytes.size());
}

void RowWriter::end_long_cell() noexcept {
  if (writer_) writer_->boundary();
}

void RowWriter::end_row() noexcept {
  if (begun_ && std::exchange(row_open_, false)) text_ += '\n';
}

void RowWriter::gap(std::uint64_t missing_bytes) noexcept {
  flush();
  if (writer_) writer_->gap(missing_bytes);
}

void RowWriter::flush() noexcept {
  claim_framing();
  if (text_.empty()) return;
  hand_on(as_bytes(text_), std::exchange(text_bytes_, 0));
  text_.clear();
}

void RowWriter::claim_framing() noexcept {
  const std::uint64_t bytes = std::exchange(framing_bytes_, 0);
  if (!decoded_) host_.flow().account.framing(side_, bytes);
}

void RowWriter::pause() noexcept {
  flush();
  if (writer_) writer_->pause();
}

void RowWriter::end(ObjectEnd how) noexcept {
  flush();
  begun_ = false;
  if (!writer_) return;
  writer_->end_part();
  writer_->end(how);
  writer_.reset();
}

std::uint64_t RowWriter::held_bytes() const noexcept {
  return heap_bytes(text_) + heap_bytes(info_.name) + held_by(writer_);
}

}  // namespace outspan::protocol
