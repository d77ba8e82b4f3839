#include "policy/sightings.h"

#include "policy/answer.h"
#include "policy/flow_label.h"
#include "policy/hit_path.h"
#include "policy/masked_context.h"

namespace outspan::policy {

void Sightings::add(const content::Object& object, const content::Node& node,
                    std::span<const JudgedHit> records, const IndexLabels& labels) {
  Sighting common;
  bool described = false;
  for (const auto& [hit, seen_at] : records) {
    if (hit.weak) continue;
    SeenRows& seen = objects_[&object];
    seen.resize(labels.size());
    RowMap& rows = seen[hit.index];
    if (rows.size() >= rows_max_) {
      forgotten_ += rows.size();
      rows.clear();
    }
    RowMap::Entry& row = rows[hit.row];
    if (row.counted != 0) continue;
    row.counted = 1;
    if (!described) {
      described = true;
      common.order = {object.flow.now.packet, object.flow.info.id, 0};
      common.flow = label(object.flow, object.side);
      common.answer = is_answer(object);
      common.actor = masked_actor(object.info.actor, masking_, nullptr);
      common.destination = masked_destination(object.info.destination, masking_, nullptr);
      common.object.path = masked_path(object, node, masking_);
      common.object.media_type =
          node.media_type.empty() ? "" : masking_.mask(node.media_type).text();
    }
    Sighting sighting = common;
    sighting.time = seen_at.time;
    sighting.packet = seen_at.packet;
    const IndexLabel& label = labels[hit.index];
    sighting.index = label.name;
    if (pseudonyms_)
      sighting.pseudonym = hit.record_id;
    else
      sighting.row = std::uint64_t{hit.row} + 1;
    for (std::size_t i = 0; i < label.columns.size(); ++i)
      if ((hit.columns >> i & 1) != 0) sighting.columns.push_back(label.columns[i].name);
    sighting.canary = hit.canary;
    sink_.on_sighting(std::move(sighting));
  }
}

}  // namespace outspan::policy
