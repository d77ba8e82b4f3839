#include "report/event_json.h"

#include "alert/event/utf8.h"

namespace outspan::report {
namespace {

/// null where there is none.
const Json& value_in(const Json& json, const char* key) {
  static const Json kNull;
  if (!json.is_object()) return kNull;
  const auto found = json.find(key);
  return found == json.end() ? kNull : *found;
}

}  // namespace

std::optional<Json> parse_event(std::string_view line) {
  Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !time_in(json, "timestamp") || text_in(json, "event_type").empty())
    return std::nullopt;
  return json;
}

const Json& object_in(const Json& json, const char* key) {
  static const Json kNone = Json::object();
  const Json& value = value_in(json, key);
  return value.is_object() ? value : kNone;
}

const Json& array_in(const Json& json, const char* key) {
  static const Json kNone = Json::array();
  const Json& value = value_in(json, key);
  return value.is_array() ? value : kNone;
}

std::string text_of(const Json& json) {
  if (!json.is_string()) return {};
  return alert::shortened(alert::printable(json.get_ref<const std::string&>()), kTextBytesMax);
}

std::string text_in(const Json& json, const char* key) { return text_of(value_in(json, key)); }

std::uint64_t number_of(const Json& json) {
  return json.is_number_unsigned() ? json.get<std::uint64_t>() : 0;
}

std::uint64_t number_in(const Json& json, const char* key) {
  return number_of(value_in(json, key));
}

bool flag_in(const Json& json, const char* key) {
  const Json& value = value_in(json, key);
  return value.is_boolean() && value.get<bool>();
}

std::optional<Timestamp> time_in(const Json& json, const char* key) {
  const Json& value = value_in(json, key);
  if (!value.is_string()) return std::nullopt;
  return parse_rfc3339(value.get_ref<const std::string&>());
}

}  // namespace outspan::report
