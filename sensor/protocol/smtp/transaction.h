#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/held_memory.h"

namespace outspan::protocol::smtp {

/// What a reply of the server answers.
struct Request {
  enum class Kind : std::uint8_t { other, hello, sender, recipient, data, message, starttls, auth };
  Kind kind = Kind::other;
  std::uint32_t recipient = 0;
  std::uint32_t transaction = 0;  ///< of a sender or recipient, in case the next mail has begun
};

/// Commands whose reply was not seen yet. A capture of one direction sees no replies at all, so
/// the list forgets what is old rather than grow.
class Pipeline {
 public:
  void push(Request request) noexcept {
    if (waiting_.size() == kWaitingMax) waiting_.clear();
    waiting_.push_back(request);
  }
  [[nodiscard]] const Request* front() const noexcept {
    return waiting_.empty() ? nullptr : &waiting_.front();
  }
  std::optional<Request> pop() noexcept {
    if (waiting_.empty()) return std::nullopt;
    const Request request = waiting_.front();
    waiting_.pop_front();
    return request;
  }
  void clear() noexcept { waiting_.clear(); }
  /// Beside the object itself.
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    constexpr std::size_t kDequeBytes = 640;  // before the first element
    return kDequeBytes + waiting_.size() * sizeof(Request);
  }

 private:
  static constexpr std::size_t kWaitingMax = 1024;
  std::deque<Request> waiting_;
};

/// Envelope of the mail that is being handed over.
class Envelope {
 public:
  void begin(std::string_view mail_argument) noexcept;
  void reset() noexcept;
  /// Position of the recipient, for `reject`.
  std::uint32_t add(std::string_view recipient_argument) noexcept;
  void reject(const Request& request) noexcept;

  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& from() const noexcept { return from_; }
  /// The address added last.
  [[nodiscard]] std::string latest() const {
    return recipients_.empty() ? std::string() : recipients_.back().address;
  }
  /// At most 1,000, those refused by the server left out.
  [[nodiscard]] std::vector<std::string> accepted() const;
  /// Beside the object itself.
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    return heap_bytes(from_) + heap_bytes(recipients_) + address_bytes_;
  }

 private:
  struct Recipient {
    std::string address;
    bool rejected = false;
  };
  std::uint32_t number_ = 0;
  std::string from_;
  std::vector<Recipient> recipients_;
  std::size_t address_bytes_ = 0;
};

}  // namespace outspan::protocol::smtp
