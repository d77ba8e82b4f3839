#include "protocol/http/exchange.h"

#include <utility>

#include "core/held_memory.h"
#include "protocol/http/target.h"

namespace outspan::protocol::http {
namespace {

constexpr std::size_t kNameBytesMax = 1024;
/// What programs call themselves at their beginning.
constexpr std::size_t kAgentBytesMax = 256;

}  // namespace

Exchange exchange_of(const Head& request) {
  Exchange exchange;
  exchange.name = request.method;
  exchange.name += ' ';
  exchange.name += path_of(request.target).substr(0, kNameBytesMax);
  exchange.actor.user = basic_user(request.authorization);
  exchange.destination.hostname = hostname_of(request.target, request.host);
  exchange.destination.url = url_of(request.target, request.host);
  exchange.user_agent = request.user_agent.substr(0, kAgentBytesMax);
  exchange.is_head = request.method == "HEAD";
  exchange.is_connect = request.method == "CONNECT";
  if (!exchange.is_connect) exchange.file_name = file_name_of({}, path_of(request.target));
  exchange.is_upgrade = !request.upgrade.empty();
  exchange.is_websocket = list_has(request.upgrade, "websocket");
  return exchange;
}

std::uint64_t held_bytes(const Exchange& exchange) noexcept {
  return sizeof exchange + heap_bytes(exchange.name) + heap_bytes(exchange.actor.user) +
         heap_bytes(exchange.destination.hostname) + heap_bytes(exchange.destination.url) +
         heap_bytes(exchange.file_name) + heap_bytes(exchange.user_agent);
}

ObjectInfo request_object(const Exchange& request) {
  return {request.name, request.actor, request.destination, {}};
}

ObjectInfo answer_object(int status, const Exchange* asked) {
  ObjectInfo info;
  if (asked != nullptr) {
    info = request_object(*asked);
    info.user_agent = asked->user_agent;
  }
  const std::string code = status == 0 ? "?" : std::to_string(status);
  info.name = asked != nullptr ? code + " " + asked->name : "HTTP " + code;
  return info;
}

std::string request_file_name(const Head& request, const Exchange& exchange) {
  if (request.content_disposition.empty()) return exchange.file_name;
  return file_name_of(unfolded(request.content_disposition), path_of(request.target));
}

std::string answer_file_name(const Head& answer, const Exchange* asked) {
  if (!answer.content_disposition.empty())
    return file_name_of(unfolded(answer.content_disposition), {});
  return asked != nullptr ? asked->file_name : std::string();
}

PartInfo body_part(const Head& head, std::string file_name) {
  PartInfo part;
  part.kind = PartKind::body;
  part.content_type = unfolded(head.content_type);
  part.codings = head.codings;
  part.file_name = std::move(file_name);
  return part;
}

}  // namespace outspan::protocol::http
