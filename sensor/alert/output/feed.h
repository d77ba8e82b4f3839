#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "alert/event/event.h"
#include "core/wake.h"

namespace outspan::alert {

/// The events that wait for one output, in order: given one by one, and given again until they are
/// confirmed.
/// Thread: add is delivery's, waiting may be asked by any; the rest is the output's.
class Feed {
 public:
  struct Item {
    std::uint64_t number = 0;  ///< ascending
    std::shared_ptr<const Event> event;
    Timestamp added{};  ///< when the event was given to the feed, or to the spool
  };

  virtual ~Feed() = default;

  /// An event happened. May wait for room.
  virtual void add(const Event& event) = 0;

  /// nullopt: there is none now; wake() is signalled when there is.
  virtual std::optional<Item> next() = 0;
  /// Number of the event that next() will give, or a lower one that does not exist.
  [[nodiscard]] virtual std::uint64_t position() const = 0;
  /// What is there now is the last that is given. Thread: delivery's, or who ends the output.
  virtual void close() noexcept {}
  /// Nothing before `number` is needed any more.
  virtual void confirm(std::uint64_t number) = 0;
  /// Goes back to `number`, which was not confirmed.
  virtual void rewind(std::uint64_t number) = 0;

  [[nodiscard]] const Wake& wake() const noexcept { return wake_; }
  /// Events that are not confirmed, of all outputs' types.
  [[nodiscard]] virtual std::uint64_t waiting() const = 0;
  /// Events that found no room.
  [[nodiscard]] virtual std::uint64_t lost() const = 0;
  /// What is not delivered at the end is still there at the next start.
  [[nodiscard]] virtual bool durable() const noexcept = 0;

 private:
  Wake wake_;
};

}  // namespace outspan::alert
