#pragma once

#include <cstdint>
#include <string>

#include "protocol/http/head.h"
#include "protocol/object.h"

namespace outspan::protocol::http {

/// A request as its answer needs it, whatever version of HTTP carries both.
struct Exchange {
  std::string name;  ///< "GET /export.csv"
  Actor actor;
  Destination destination;
  std::string file_name;
  std::string user_agent;  ///< cut; goes with the answer
  bool is_head = false;
  bool is_connect = false;
  bool is_upgrade = false;
  bool is_websocket = false;
};

Exchange exchange_of(const Head& request);

/// As StreamSink::held_bytes(), the exchange itself included.
[[nodiscard]] std::uint64_t held_bytes(const Exchange& exchange) noexcept;

/// What the objects of a request and of its answer are: "POST /upload", "201 POST /upload".
/// `asked`: nullptr for an answer whose request was not seen.
ObjectInfo request_object(const Exchange& request);
ObjectInfo answer_object(int status, const Exchange* asked);

/// The file that a message carries.
std::string request_file_name(const Head& request, const Exchange& exchange);
std::string answer_file_name(const Head& answer, const Exchange* asked);

/// How the body of a message is described: type, codings and file name.
PartInfo body_part(const Head& head, std::string file_name);

}  // namespace outspan::protocol::http
