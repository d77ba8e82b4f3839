#include "content/inspector.h"

#include "content/chain/services.h"
#include "content/chains.h"
#include "content/object_writer.h"

namespace outspan::content {

Inspector::Inspector(const config::Config& config, TextSink& sink, ObjectObserver& observer,
                     bool hash_objects, unpack::Pool* pool, bool wait_for_files)
    : services_(std::make_unique<Services>(config, chains(), sink, observer, hash_objects, pool,
                                           wait_for_files)) {}
Inspector::~Inspector() = default;

std::unique_ptr<protocol::ObjectWriter> Inspector::begin(FlowContext& flow, Side side,
                                                         protocol::ObjectInfo info) noexcept {
  ++services_->counters.objects;
  return std::make_unique<InspectingWriter>(*services_, flow, side, std::move(info));
}

void Inspector::hand_on_bytes() noexcept { services_->hand_on_bytes = true; }
void Inspector::poll(std::uint64_t bytes_max) noexcept { services_->files.poll(bytes_max); }
void Inspector::finish_files() noexcept { services_->files.finish(); }

void Inspector::report(Stats& stats) const {
  const Counters& counters = services_->counters;
  stats.add("content.objects", counters.objects);
  stats.add("content.parts", counters.parts);
  stats.add("content.windows", counters.windows);
  stats.add("content.text_bytes", counters.text_bytes);
  stats.add("content.unescaped_windows", counters.unescaped_windows);
  stats.add("content.expanded_bytes", counters.expanded_bytes);
  stats.add("content.damaged", counters.damaged);
  stats.add("content.containers_opened", counters.containers_opened);
  stats.add("content.files_waiting", services_->files.waiting());
  stats.add("content.embedded_runs", counters.embedded_runs);
  stats.add("content.budget.depth", counters.budget_depth);
  stats.add("content.budget.parts", counters.budget_parts);
  stats.add("content.budget.expansion", counters.budget_expansion);
  stats.add("content.budget.memory", counters.budget_memory);
  stats.add("content.memory_bytes", services_->memory.used());
  stats.add("content.memory_peak_bytes", services_->memory.peak());
}

}  // namespace outspan::content
