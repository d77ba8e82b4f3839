#include "alert/format/json_format.h"

#include "alert/format/json_body.h"

namespace outspan::alert {

std::string to_json(const Event& event, std::string_view sensor) {
  JsonWriter json;
  json.begin_object();
  json.field("timestamp", to_rfc3339(event.time));
  json.field("event_type", type_name(event));
  json.field("sensor", sensor);
  json.optional("event_id", event.id);
  write_body(json, event, Body::whole);
  json.end_object();
  return json.text() + '\n';
}

}  // namespace outspan::alert
