#include "protocol/shared/command_channel.h"

#include <algorithm>
#include <string>
#include <vector>

namespace outspan::protocol {

void CommandChannel::data(Side side, Bytes bytes, const ObjectInfo& info) noexcept {
  if (bytes.empty() || !host_.flow().inspected(side)) return;
  if (!writer_) {
    ObjectInfo named = info;
    named.name = std::string(name_);
    writer_ = host_.objects().begin(host_.flow(), side, std::move(named));
    PartInfo part;
    part.kind = PartKind::command_channel;
    writer_->begin_part(std::move(part));
  }
  writer_->data(bytes);
}

void CommandChannel::gap(std::uint64_t missing_bytes) noexcept {
  if (writer_) writer_->gap(missing_bytes);
}

void CommandChannel::pause() noexcept {
  if (writer_) writer_->pause();
}

void CommandChannel::end(ObjectEnd how) noexcept {
  if (!writer_) return;
  writer_->end_part();
  writer_->end(how);
  writer_.reset();
}

void CommandChannel::learn(const ObjectInfo& info) noexcept {
  if (!writer_) return;
  ObjectInfo& mine = writer_->info();
  mine.actor = info.actor;
  mine.destination = info.destination;
}

void CommandChannel::participant(std::string address) noexcept {
  if (!writer_ || address.empty()) return;
  std::vector<std::string>& known = writer_->info().participants;
  if (known.size() < kParticipantsMax &&
      std::find(known.begin(), known.end(), address) == known.end())
    known.push_back(std::move(address));
}

}  // namespace outspan::protocol
