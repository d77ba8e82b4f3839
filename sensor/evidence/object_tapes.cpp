#include "evidence/object_tapes.h"

#include <algorithm>
#include <cstring>

namespace outspan::evidence {

ObjectTapes::ObjectTapes(std::uint64_t object_bytes, std::uint64_t memory_bytes)
    : object_bytes_(object_bytes), memory_(std::make_shared<Memory>(memory_bytes)) {}

void ObjectTapes::add(std::uint64_t number, Bytes bytes) noexcept {
  auto found = by_number_.find(number);
  if (found == by_number_.end()) {
    objects_.push_back({number, {}, false, false});
    found = by_number_.emplace(number, std::prev(objects_.end())).first;
  }
  Object& object = *found->second;
  while (!object.full && !bytes.empty()) {
    const std::size_t part = std::min(bytes.size(), Tape::kRecordMax);
    append(object, bytes.first(part));
    bytes = bytes.subspan(part);
  }
}

/// Of an object that is not whole, the rest is of no use: it ends where something is missing.
void ObjectTapes::append(Object& object, Bytes bytes) {
  std::uint8_t* to = nullptr;
  if (object.tape.has_room(bytes.size(), object_bytes_))
    for (;;) {
      to = object.tape.append(bytes.size(), object_bytes_, memory_);
      if (to != nullptr || objects_.front().number == object.number) break;
      let_go_of_oldest();
    }
  if (to != nullptr) {
    std::memcpy(to, bytes.data(), bytes.size());
    return;
  }
  object.full = true;
  object.tape.cut();
  ++not_kept_;
}

void ObjectTapes::let_go_of_oldest() {
  Object& oldest = objects_.front();
  oldest.tape = {};
  oldest.full = oldest.let_go = true;
  let_go_.splice(let_go_.end(), objects_, objects_.begin());
  ++let_go_count_;
}

void ObjectTapes::end(std::uint64_t number) noexcept {
  const auto found = by_number_.find(number);
  if (found == by_number_.end()) return;
  (found->second->let_go ? let_go_ : objects_).erase(found->second);
  by_number_.erase(found);
}

RecordingPtr ObjectTapes::recording(std::uint64_t number) const {
  const auto found = by_number_.find(number);
  if (found == by_number_.end() || found->second->tape.empty()) return nullptr;
  return std::make_shared<const Recording>(found->second->tape.recording());
}

void ObjectTapes::report(Stats& stats) const {
  stats.add("evidence.memory_bytes", memory_->used());
  stats.add("evidence.objects", objects_.size());
  stats.add("evidence.objects_let_go", let_go_count_);
  stats.add("evidence.objects_not_whole", not_kept_);
}

}  // namespace outspan::evidence
