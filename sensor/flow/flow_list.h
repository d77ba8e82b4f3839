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
    link = {last_, nullptr, now, true};
    (last_ != nullptr ? (last_->*Link).next : first_) = &flow;
    last_ = &flow;
  }
  void remove(FlowRecord& flow) noexcept {
    FlowLink& link = flow.*Link;
    if (!link.linked) return;
    (link.previous != nullptr ? (link.previous->*Link).next : first_) = link.next;
    (link.next != nullptr ? (link.next->*Link).previous : last_) = link.previous;
    link.linked = false;
  }
  void move_to_end(FlowRecord& flow, Timestamp now) noexcept {
    if (last_ == &flow && (flow.*Link).linked) {
      (flow.*Link).at = now;
      return;
    }
    remove(flow);
    push(flow, now);
  }

 private:
  FlowRecord* first_ = nullptr;
  FlowRecord* last_ = nullptr;
};

}  // namespace outspan::flow
