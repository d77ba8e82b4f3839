#include "policy/flow_label.h"

#include "flow/community_id.h"

namespace outspan::policy {

FlowLabel label(const FlowContext& flow, Side sender) {
  const FlowInfo& info = flow.info;
  FlowLabel label;
  label.flow_id = info.id;
  label.direction = flow.direction(sender);
  label.source = info.ends[index(sender)];
  label.destination = info.ends[index(opposite(sender))];
  label.ip_protocol = info.ip_protocol;
  label.app = flow.account.app();
  label.community_id = flow::community_id(info);
  label.vlan.assign(info.vlan.begin(), info.vlan.begin() + info.vlan_count);
  return label;
}

}  // namespace outspan::policy
