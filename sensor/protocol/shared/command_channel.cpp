#include "protocol/shared/command_channel.h"

#include <algorithm>
#include <string>
#include <vector>

namespace outspan::protocol {

void CommandChannel::decoded(Side side, Bytes bytes, std::uint64_t wire_bytes,
                             const ObjectInfo& info) noexcept {
  if (!bytes.empty() && host_.flow().inspected(side)) writer(side, info).decoded(bytes, wire_bytes);
}

void CommandChannel::line(Side side, std::string_view text, std::size_t wire_bytes,
                          const ObjectInfo& info) noexcept {
  if (!host_.flow().inspected(side)) return;
  writer(side, info).decoded(as_bytes(text), wire_bytes);
  writer(side, info).decoded(as_bytes("\r\n"), 0);
}

ObjectWriter& CommandChannel::writer(Side side, const ObjectInfo& info) noexcept {
  if (!writer_) {
    ObjectInfo named = info;
    named.name = std::string(name_);
    writer_ = host_.objects().begin(host_.flow(), side, std::move(named));
    PartInfo part;
    part.kind = PartKind::command_channel;
    writer_->begin_part(std::move(part));
  }
  return *writer_;
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

void CommandChannel::participant(Participant participant) noexcept {
  if (!writer_ || participant.address.empty()) return;
  if (participant.recipient != Participant::kSender && participant.recipient >= kReceiversMax)
    return;
  std::vector<Participant>& known = writer_->info().participants;
  const auto same = [&participant](const Participant& other) {
    return other.address == participant.address;
  };
  if (known.size() < kParticipantsMax && std::none_of(known.begin(), known.end(), same))
    known.push_back(std::move(participant));
}

void CommandChannel::refused(std::uint32_t envelope, std::uint32_t recipient) noexcept {
  if (!writer_) return;
  std::erase_if(writer_->info().participants, [=](const Participant& other) {
    return other.envelope == envelope && other.recipient == recipient;
  });
}

void CommandChannel::abandoned(std::uint32_t envelope) noexcept {
  if (!writer_) return;
  std::erase_if(writer_->info().participants,
                [envelope](const Participant& other) { return other.envelope == envelope; });
}

}  // namespace outspan::protocol
