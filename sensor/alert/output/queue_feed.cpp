#include "alert/output/queue_feed.h"

#include <algorithm>

#include "alert/event/event_codec.h"

namespace outspan::alert {

void QueueFeed::add(const Event& event) {
  std::vector<std::uint8_t> bytes = encode(event);
  {
    std::unique_lock lock(mutex_);
    if (!wait_for_room(lock, bytes.size())) {
      ++lost_;
      return;
    }
    bytes_ += bytes.size();
    events_.push_back({std::move(bytes), wall_clock()});
  }
  wake().signal();
}

bool QueueFeed::wait_for_room(std::unique_lock<std::mutex>& lock, std::size_t bytes) {
  const auto fits = [&] { return bytes_ + bytes <= room_.bytes_max || events_.empty(); };
  while (!fits()) {
    if (stalled_ || room_.when_full == WhenFull::drop) return false;
    const std::uint64_t before = first_;
    if (!confirmed_.wait_for(lock, room_.patience, [&] { return first_ != before; })) {
      stalled_ = true;
      return false;
    }
  }
  return true;
}

std::optional<Feed::Item> QueueFeed::next() {
  const std::lock_guard lock(mutex_);
  if (next_ >= first_ + events_.size()) return std::nullopt;
  const std::uint64_t number = next_++;
  const Waiting& waiting = events_[number - first_];
  std::optional<Event> event = decode(waiting.bytes);
  return Item{number, std::make_shared<const Event>(std::move(*event)), waiting.added};
}

std::uint64_t QueueFeed::position() const {
  const std::lock_guard lock(mutex_);
  return next_;
}

void QueueFeed::confirm(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    if (number <= first_) return;
    for (; first_ < std::min(number, next_); ++first_) {
      bytes_ -= events_.front().bytes.size();
      events_.pop_front();
    }
    stalled_ = false;
  }
  confirmed_.notify_all();
}

void QueueFeed::rewind(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  next_ = std::clamp(number, first_, next_);
}

std::uint64_t QueueFeed::waiting() const {
  const std::lock_guard lock(mutex_);
  return events_.size();
}

std::uint64_t QueueFeed::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

}  // namespace outspan::alert
