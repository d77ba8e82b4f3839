#include <algorithm>

#include "policy/access_names.h"
#include "policy/engine.h"
#include "policy/engine_state.h"

/// The engine's part in who gets which customers inside.
namespace outspan::policy {
namespace {

/// Somebody asked for it, and this is the answer. An FTP server opens the connection of a download
/// itself, and what a client stores there is no answer.
bool is_answer(const content::Object& object) noexcept {
  const std::string_view name = object.info.name;
  if (name.starts_with("RETR ")) return true;
  const auto stores = {"STOR ", "STOU", "APPE "};
  return object.side == Side::server &&
         std::none_of(stores.begin(), stores.end(),
                      [name](std::string_view command) { return name.starts_with(command); });
}

}  // namespace

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
