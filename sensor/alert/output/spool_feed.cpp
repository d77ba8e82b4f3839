#include "alert/output/spool_feed.h"

#include <algorithm>

#include "alert/event/event_codec.h"

namespace outspan::alert {

SpoolFeed::SpoolFeed(spool::Spool& spool, std::string name, std::unique_ptr<spool::Cursor> cursor)
    : spool_(spool),
      name_(std::move(name)),
      cursor_(std::move(cursor)),
      reader_(spool.folder(), cursor_ ? cursor_->position() : spool.newest()),
      confirmed_(reader_.position().number) {
  // A power failure may have taken back what the cursor had seen already.
  if (confirmed_ > spool.end()) {
    reader_.seek(spool.newest());
    confirmed_ = reader_.position().number;
  }
  spool_.needs(name_, confirmed_);
  spool_.watch(wake());
}

SpoolFeed::~SpoolFeed() { spool_.unwatch(wake()); }

std::optional<Feed::Item> SpoolFeed::next() {
  for (;;) {
    spool::Position at = reader_.position();
    const auto record = reader_.next(end());
    if (!record) break;
    // Where the reader had to look for it, the record is not the one that it stood at.
    const std::uint64_t number = reader_.position().number - 1;
    if (at.number != number || at.segment == 0) at = {number, 0, 0};
    if (auto event = decode(record->payload)) {
      given_.push_back(at);
      lost_ = unreadable_ + reader_.damaged();
      return Item{number, std::make_shared<const Event>(std::move(*event)), record->written};
    }
    ++unreadable_;
  }
  lost_ = unreadable_ + reader_.damaged();
  return std::nullopt;
}

void SpoolFeed::confirm(std::uint64_t number) {
  if (number <= confirmed_) return;
  while (!given_.empty() && given_.front().number < number) given_.pop_front();
  confirmed_ = number;
  const spool::Position& place = given_.empty() ? reader_.position() : given_.front();
  // Between the two there are only events that the output does not want.
  if (cursor_) cursor_->store(place);
  spool_.needs(name_, number);
}

void SpoolFeed::rewind(std::uint64_t number) {
  spool::Position to{number, 0, 0};
  for (; !given_.empty() && given_.back().number >= number; given_.pop_back()) to = given_.back();
  // What was confirmed has no place any more, and is looked for.
  if (given_.empty() && to.number > number) to = {number, 0, 0};
  reader_.seek(to);
}

std::uint64_t SpoolFeed::waiting() const {
  const std::uint64_t last = end(), confirmed = confirmed_;
  return last - std::min(last, confirmed);
}

}  // namespace outspan::alert
