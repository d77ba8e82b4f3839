#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace outspan::protocol {

/// A table that a sender cannot make grow: open requests by their number, announced connections,
/// files by their handle. When it is full, the entry that was put in first goes. A tree, so that
/// nobody can aim at its buckets.
/// Bound: `entries_max` entries; each operation takes logarithmic time.
template <class Key, class Value>
class BoundedTable {
 public:
  explicit BoundedTable(std::size_t entries_max) noexcept : entries_max_(entries_max) {}

  /// Replaces what was there. Returns the entry that had to go to make room.
  std::optional<Value> put(const Key& key, Value value) noexcept {
    std::optional<Value> evicted;
    if (entries_.size() >= entries_max_ && !entries_.contains(key)) evicted = drop_oldest();
    const std::uint64_t number = ++puts_;
    entries_[key] = Entry{std::move(value), number};
    by_age_.emplace_back(number, key);
    forget_replaced();
    return evicted;
  }
  /// nullptr: not there. Valid until the next put or take.
  Value* find(const Key& key) noexcept {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second.value;
  }
  std::optional<Value> take(const Key& key) noexcept {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    std::optional<Value> value = std::move(found->second.value);
    entries_.erase(found);
    forget_replaced();
    return value;
  }
  /// The entry that was put in first; nullptr: there is none.
  const Value* oldest() noexcept {
    forget_replaced();
    return by_age_.empty() ? nullptr : &entries_.find(by_age_.front().second)->second.value;
  }
  std::optional<Value> drop_oldest() noexcept {
    forget_replaced();
    return by_age_.empty() ? std::nullopt : take(Key(by_age_.front().second));
  }
  /// Calls `each(key, value)` in the order of keys.
  template <class Each>
  void for_each(Each each) {
    for (auto& [key, entry] : entries_) each(key, entry.value);
  }
  void clear() noexcept {
    entries_.clear();
    by_age_.clear();
  }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    Value value;
    std::uint64_t number = 0;
  };
  /// Drops marks of entries that are gone or were replaced: from the front always, all of them when
  /// they outnumber the entries.
  void forget_replaced() noexcept {
    const auto stale = [this](const std::pair<std::uint64_t, Key>& mark) {
      const auto found = entries_.find(mark.second);
      return found == entries_.end() || found->second.number != mark.first;
    };
    while (!by_age_.empty() && stale(by_age_.front())) by_age_.pop_front();
    if (by_age_.size() > 2 * entries_.size() + 16) std::erase_if(by_age_, stale);
  }

  std::size_t entries_max_;
  std::map<Key, Entry> entries_;
  std::deque<std::pair<std::uint64_t, Key>> by_age_;
  std::uint64_t puts_ = 0;
};

}  // namespace outspan::protocol
