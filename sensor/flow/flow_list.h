#pragma once

#include <algorithm>

#include "core/time.h"
#include "flow/flow_record.h"

namespace outspan::flow {

/// Flows in the order of the time they were put at the end; through one of their links.
template <FlowLink FlowRecord::*Link>
class FlowList {
 public:
  [[nodiscard]] FlowRecord* oldest() const noexcept { return first_; }

  void push(FlowRecord& flow, Timestamp now) noexcept {
    FlowLink& link = flow.*Link;
    link = {last_, nullptr, now};
    (last_ != nullptr ? (last_->*Link).next : first_) = &flow;
    last_ = &flow;
  }
  void remove(FlowRecord& flow) noexcept {
    FlowLink& link = flow.*Link;
    if (!has(flow)) return;
    (link.previous != nullptr ? (link.previous->*Link).next : first_) = link.next;
    (link.next != nullptr ? (link.next->*Link).previous : last_) = link.previous;
    link.previous = link.next = nullptr;
  }
  void move_to_end(FlowRecord& flow, Timestamp now) noexcept {
    if (last_ == &flow) {
      (flow.*Link).at = now;
      return;
    }
    remove(flow);
    push(flow, now);
  }

 private:
  /// Of the lists that use the link it is in this one, or in none.
  [[nodiscard]] bool has(const FlowRecord& flow) const noexcept {
    const FlowLink& link = flow.*Link;
    return link.previous != nullptr || link.next != nullptr || first_ == &flow;
  }

  FlowRecord* first_ = nullptr;
  FlowRecord* last_ = nullptr;
};

}  // namespace outspan::flow
