#pragma once

#include <optional>
#include <vector>

#include "alert/event/event.h"
#include "alert/event/small_blind_spots.h"
#include "content/text.h"
#include "flow/stream_sink.h"
#include "policy/masking.h"

namespace outspan::alert {

/// Makes events out of what the stages noticed; wire text passes `masking`. One per pipeline.
/// Thread: the pipeline's. `config` and `masking` outlive it. OrderKey::sequence is 0.
class EventMaker {
 public:
  EventMaker(const config::Config& config, policy::Masking& masking);

  [[nodiscard]] Event anomaly(const FlowContext& flow, Side side, const Anomaly& anomaly) const;
  [[nodiscard]] Event flow(const flow::FlowEnd& end) const;
  /// What an inspected side of the flow hid, by cause, from Alerts::blindspot_bytes on. What was
  /// opaque is reported by the objects. What is smaller is added up, see SmallBlindSpots.
  [[nodiscard]] std::vector<Event> blind_spots(const flow::FlowEnd& end);
  /// nullopt: too small for an event of its own, or nothing that anybody wants to hear of (media).
  [[nodiscard]] std::optional<Event> blind_spot(const FlowContext& flow,
                                                const ObjectBlindSpot& spot);
  /// The same with who sends and who receives.
  [[nodiscard]] std::optional<Event> blind_spot(const content::Object& object,
                                                const ObjectBlindSpot& spot);
  /// As SmallBlindSpots::take().
  [[nodiscard]] std::vector<Event> small_blind_spots(const Position& now, bool last) {
    return small_.take(now, last);
  }
  void report(Stats& stats) const { small_.report(stats); }
  [[nodiscard]] Event object(const content::Object& object,
                             const content::ObjectSummary& summary) const;

 private:
  [[nodiscard]] Event event_of(const FlowContext& flow, EventBody body) const;
  [[nodiscard]] Masked masked(std::string_view wire) const;

  const config::Config& config_;
  policy::Masking& masking_;
  SmallBlindSpots small_;
};

/// The account as an event, its applications in the order of their names.
LedgerEvent ledger_event(const Ledger& ledger, std::vector<Missing> missing);

}  // namespace outspan::alert
