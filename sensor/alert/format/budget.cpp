#include "alert/format/budget.h"

#include <algorithm>

#include "alert/event/event_fields.h"
#include "alert/event/utf8.h"
#include "policy/stored_masked.h"

namespace outspan::alert {
namespace {

/// Calls `change` with everything of one type that an event holds, however deep.
template <class Of, class Change>
class Each {
 public:
  explicit Each(Change change) : change_(change) {}

  template <class... Fields>
  void operator()(Fields&... all) {
    (visit(all), ...);
  }
  template <class Field>
  void if_any(Field& field) {
    visit(field);
  }

 private:
  template <class T>
  void visit(T& value) {
    if constexpr (std::same_as<T, Of>)
      change_(value);
    else if constexpr (requires { fields(*this, value); })
      fields(*this, value);
  }
  template <class T>
  void visit(std::vector<T>& all) {
    if constexpr (std::same_as<std::vector<T>, Of>)
      change_(all);
    else
      for (T& each : all) visit(each);
  }
  template <class T>
  void visit(std::optional<T>& maybe) {
    if (maybe) visit(*maybe);
  }
  void visit(EventBody& body) {
    std::visit([this](auto& its) { this->visit(its); }, body);
  }

  Change change_;
};

template <class Of, class Change>
void each(Event& event, Change change) {
  Each<Of, Change> visitor(change);
  fields(visitor, event);
}

template <class T>
void keep(std::vector<T>& all, std::size_t most) {
  if (all.size() > most) all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
}

void keep_rows(Event& event, std::size_t most) {
  each<policy::Records>(event, [most](policy::Records& records) {
    records.rows_truncated |= records.rows.size() > most || records.pseudonyms.size() > most;
    keep(records.rows, most);
    keep(records.pseudonyms, most);
  });
}

void keep_samples(Event& event, std::size_t most) {
  each<policy::Matches>(event, [most](policy::Matches& matches) { keep(matches.samples, most); });
}

void keep_file_names(Event& event, std::size_t most) {
  each<policy::Unread>(event, [most](policy::Unread& unread) { keep(unread.names, most); });
  if (auto* spot = std::get_if<BlindSpotEvent>(&event.body)) keep(spot->names, most);
}

void keep_recipients(Event& event, std::size_t most) {
  each<policy::Destination>(
      event, [most](policy::Destination& destination) { keep(destination.email_to, most); });
}

/// The first elements and the last.
void keep_path(Event& event, std::size_t most) {
  each<policy::ObjectLabel>(event, [most](policy::ObjectLabel& object) {
    if (object.path.size() <= most) return;
    const auto first = object.path.begin() + static_cast<std::ptrdiff_t>(most - 1);
    object.path.erase(first, object.path.end() - 1);
  });
}

void keep_text(Event& event, std::size_t most) {
  each<Masked>(event, [most](Masked& text) {
    if (text.text().size() > most)
      text = policy::StoredMasked::read(shortened(valid_utf8(text.text()), most));
  });
}

void keep_kinds(Event& event, std::size_t most) {
  if (auto* incident = std::get_if<policy::Incident>(&event.body)) {
    keep(incident->matches, most);
    keep(incident->unread, most);
    keep(incident->records, most);
    for (policy::Records& records : incident->records) keep(records.columns, most);
  }
}

void drop_descriptions(Event& event, std::size_t) {
  if (auto* incident = std::get_if<policy::Incident>(&event.body))
    incident->rule_description.clear();
  if (auto* anomaly = std::get_if<AnomalyEvent>(&event.body)) anomaly->detail.clear();
  if (auto* notice = std::get_if<NoticeEvent>(&event.body))
    notice->detail = shortened(notice->detail, 64);
}

void drop_marks(Event& event, std::size_t) {
  each<policy::ObjectLabel>(event, [](policy::ObjectLabel& object) {
    object.sha256.clear();
    object.media_type.clear();
  });
  if (auto* spot = std::get_if<BlindSpotEvent>(&event.body)) {
    spot->ja3.clear();
    spot->ja4.clear();
  }
  if (auto* flow = std::get_if<FlowEvent>(&event.body))
    for (FlowEvent::SideReport& side : flow->sides) side.sha256.clear();
  event.capture_file.clear();
}

void keep_counters(Event& event, std::size_t most) {
  if (auto* stats = std::get_if<StatsEvent>(&event.body)) {
    Stats kept;
    for (const auto& [name, value] : stats->stats.values())
      if (kept.values().size() < most && value != 0) kept.add(name, value);
    stats->stats = kept;
  }
  if (auto* ledger = std::get_if<LedgerEvent>(&event.body)) {
    std::stable_sort(
        ledger->by_app_proto.begin(), ledger->by_app_proto.end(),
        [](const auto& a, const auto& b) { return a.second.total() > b.second.total(); });
    keep(ledger->by_app_proto, most);
    std::sort(ledger->by_app_proto.begin(), ledger->by_app_proto.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& reasons : ledger->by_reason) keep(reasons, most);
  }
}

struct Step {
  void (*shed)(Event& event, std::size_t most);
  std::size_t most;
  std::string_view what;  // as docs/events.md has it
};
constexpr Step kSteps[] = {
    {keep_rows, 100, "row numbers and pseudonyms beyond 100"},
    {keep_counters, 100, "counters that are 0 or beyond 100, applications beyond 100"},
    {keep_samples, 1, "samples beyond one a signature"},
    {keep_file_names, 3, "names of files beyond 3"},
    {keep_recipients, 3, "recipients beyond 3"},
    {keep_text, 256, "texts beyond 256 bytes"},
    {keep_rows, 10, "row numbers and pseudonyms beyond 10"},
    {keep_path, 3, "elements of the path but the first two and the last"},
    {keep_samples, 0, "samples"},
    {keep_text, 64, "texts beyond 64 bytes"},
    {keep_rows, 0, "row numbers and pseudonyms"},
    {drop_descriptions, 0, "descriptions and details"},
    {drop_marks, 0, "hashes, media types, the name of the capture"},
    {keep_recipients, 1, "recipients beyond one"},
    {keep_counters, 16, "counters and applications beyond 16"},
    {keep_kinds, 4, "kinds of matches and columns beyond 4"},
    {keep_file_names, 0, "names of files"},
    {keep_text, 24, "texts beyond 24 bytes"},
    {keep_counters, 0, "counters and applications"},
    {keep_kinds, 1, "kinds of matches and columns beyond one"},
    {keep_text, 0, "all text from the wire"},
};

}  // namespace

std::span<const std::string_view> shed_order() noexcept {
  static const auto kOrder = [] {
    std::array<std::string_view, std::size(kSteps)> order;
    std::transform(std::begin(kSteps), std::end(kSteps), order.begin(),
                   [](const Step& step) { return step.what; });
    return order;
  }();
  return kOrder;
}

std::string format_within(const Event& event, std::size_t bytes_max, const Formatter& format) {
  std::string text = format(event);
  if (text.size() <= bytes_max) return text;
  Event small = event;
  for (const Step& step : kSteps) {
    step.shed(small, step.most);
    text = format(small);
    if (text.size() <= bytes_max) break;
  }
  return text;
}

}  // namespace outspan::alert
