#include "policy/access_names.h"
#include "policy/answer.h"
#include "policy/engine.h"
#include "policy/engine_state.h"

/// The engine's part in who gets which customers inside.
namespace outspan::policy {

/// All of judged_ that are sure, whatever the rules say of them.
void Engine::send_pulled(const Call& call) {
  const content::Object& object = call.object;
  if (object.flow.direction(object.side) != Direction::internal || !is_answer(object)) return;
  HostHits batch;
  for (const JudgedHit& judged : judged_) {
    const fingerprint::RecordHit& hit = judged.hit;
    if (!hit.weak)
      batch.records.push_back({hit.index, hit.row, hit.record_id, hit.columns, hit.canary});
  }
  if (batch.records.empty()) return;
  batch.labels = basis_->labels;
  describe_for_host(call, batch, {});
  batch.host = batch.flow.destination.address;
  batch.pulled = std::make_shared<const Pulled>(
      Pulled{source_name(object.info, masking_), program_name(object.info, masking_)});
  sink_.on_host_hits(std::move(batch));
}

}  // namespace outspan::policy
