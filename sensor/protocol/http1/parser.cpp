#include "protocol/http1/parser.h"

#include <algorithm>
#include <utility>

#include "protocol/http1/http1.h"
#include "protocol/http1/start_line.h"
#include "protocol/http1/target.h"
#include "protocol/websocket/websocket.h"

namespace outspan::protocol::http1 {
namespace {

constexpr std::size_t kAskedMax = 256;
constexpr std::size_t kNameBytesMax = 1024;

std::string message_name(const Head& head) {
  std::string name(head.method);
  name += ' ';
  name += path_of(head.target).substr(0, kNameBytesMax);
  return name;
}

void plan_framing(Plan& plan, const Head& head, Body otherwise) noexcept {
  if (head.chunked) {
    plan.body = Body::chunked;
  } else if (head.transfer_encoding && !head.codings.empty()) {
    plan.body = Body::until_close;  // RFC 9112, 6.3: nothing else tells where it ends
  } else if (head.content_length) {
    plan.body = Body::length;
    plan.length = *head.content_length;
  } else {
    plan.body = otherwise;
  }
}

/// Whether a client's bytes behind an Upgrade request are the first WebSocket frame: masked, where
/// HTTP has a letter.
bool looks_like_client_frame(std::string_view text) noexcept {
  return text.size() >= 2 && (static_cast<unsigned char>(text[1]) & 0x80) != 0;
}

}  // namespace

Parser::Parser(StreamHost& host) noexcept
    : host_(host), readers_{Reader(host, *this, Side::client), Reader(host, *this, Side::server)} {
  host.flow().account.set_app(AppProtocol::named("http"));
}

/// A flow that was joined in the middle may be the wrong way round.
void Parser::assign_roles(Side side, Bytes bytes) noexcept {
  roles_known_ = true;
  const std::string_view text = as_text(bytes);
  const std::size_t at = std::min(text.find_first_not_of("\r\n"), text.size());
  const bool answer = match_status_line(text.substr(at)) == StartMatch::yes;
  client_ = answer ? opposite(side) : side;
  if (!answer && side == Side::server && match_request_line(text.substr(at)) == StartMatch::no)
    client_ = Side::client;
  reader(server()).be_response();
  answers_seen_ = host_.flow().inspected(server());
  if (!answers_seen_) host_.flow().unwanted[index(server())] = true;
}

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (gone_ || bytes.empty()) return;
  if (websocket_) {
    websocket_->on_data(side, bytes);
    return;
  }
  if (!roles_known_) assign_roles(side, bytes);
  if (side == server() && !answers_seen_) return;
  feed(side, bytes);
}

void Parser::feed(Side side, Bytes bytes) noexcept {
  // Each turn consumes bytes, or ends a wait.
  while (!bytes.empty()) {
    bytes = reader(side).data(bytes);
    if (next_ != Next::http) {
      move_on(side, bytes);
      return;
    }
    if (resumed_ && !go_on(bytes)) return;
    if (bytes.empty()) return;
    if (side == client_ && reader(side).waits()) {
      hold(bytes);
      return;
    }
    reader(side).resume();
  }
}

/// What the client sent while it waited comes before what the server sent behind its answer.
/// False: the flow went to somebody else, `server_rest` with it.
bool Parser::go_on(Bytes server_rest) noexcept {
  resumed_ = false;
  deferred_ = as_text(server_rest);
  const std::string held = std::exchange(held_, {});
  feed(client_, as_bytes(held));
  deferred_.clear();
  return !gone_ && !websocket_;
}

void Parser::hold(Bytes bytes) noexcept {
  held_ += as_text(bytes);
  const std::size_t limit = std::size_t{host_.limits().header_kib} * 1024;
  // Without the answers the first two bytes tell.
  if (held_.size() > limit || (!answers_seen_ && held_.size() >= 2)) stop_waiting();
}

/// Nobody tells what the waiting client's bytes are: they tell themselves.
void Parser::stop_waiting() noexcept {
  const std::string held = std::exchange(held_, {});
  if (upgrade_.is_connect) {
    next_ = Next::restart;
  } else if (upgrade_.is_websocket && looks_like_client_frame(held)) {
    next_ = Next::websocket;
  }
  if (next_ != Next::http) {
    move_on(client_, as_bytes(held));
    return;
  }
  reader(client_).resume();
  feed(client_, as_bytes(held));
}

/// Hands the flow over: `rest` of `side` was not used.
void Parser::move_on(Side side, Bytes rest) noexcept {
  const Next next = std::exchange(next_, Next::http);
  std::array<std::string, 2> left;
  for (const Side each : {client_, server()}) left[index(each)] = reader(each).take_pending();
  left[index(client_)] += held_;
  left[index(server())] += deferred_;
  deferred_.clear();
  left[index(side)] += as_text(rest);
  held_.clear();
  if (next == Next::websocket) {
    websocket::WebSocketInfo info;
    info.client = client_;
    info.object.name = "WebSocket";
    if (const std::size_t blank = upgrade_.name.find(' '); blank != std::string::npos)
      info.object.name += upgrade_.name.substr(blank);
    info.object.actor = upgrade_.actor;
    info.object.destination = upgrade_.destination;
    websocket_ = websocket::make(host_, std::move(info));
    for (const Side each : {server(), client_})
      if (!left[index(each)].empty()) websocket_->on_data(each, as_bytes(left[index(each)]));
    return;
  }
  gone_ = true;
  const std::array<Bytes, 2> bytes{as_bytes(left[0]), as_bytes(left[1])};
  if (next == Next::restart)
    host_.restart(bytes);
  else
    host_.fall_back(bytes);
}

Plan Parser::on_head(Reader& reader, const Head& head) noexcept {
  return reader.side() == client_ ? on_request(head) : on_response(head);
}

Plan Parser::on_request(const Head& head) noexcept {
  Exchange exchange;
  exchange.name = message_name(head);
  exchange.actor.user = basic_user(head.authorization);
  exchange.destination.hostname = hostname_of(head.target, head.host);
  exchange.destination.url = url_of(head.target, head.host);
  exchange.file_name = file_name_of({}, path_of(head.target));
  exchange.is_head = head.method == "HEAD";
  exchange.is_connect = head.method == "CONNECT";
  exchange.is_upgrade = !head.upgrade.empty();
  exchange.is_websocket = list_has(head.upgrade, "websocket");

  Plan plan;
  plan.info.name = exchange.name;
  plan.info.actor = exchange.actor;
  plan.info.destination = exchange.destination;
  plan.file_name = head.content_disposition.empty()
                       ? exchange.file_name
                       : file_name_of(unfolded(head.content_disposition), path_of(head.target));
  plan_framing(plan, head, Body::none);

  if (head.http2_preface) {
    plan.body = Body::leave;
    next_ = Next::fall_back;
  } else if (exchange.is_connect) {
    plan.body = Body::none;
    std::string& server_name = host_.flow().encryption.server_name;
    if (server_name.empty()) server_name = hostname_of({}, head.target);
    plan.waits = true;
  } else if (exchange.is_upgrade) {
    plan.waits = true;
  }
  if (plan.waits) upgrade_ = exchange;
  if (answers_seen_) {
    if (asked_.size() == kAskedMax) asked_.pop_front();
    asked_.push_back(std::move(exchange));
  }
  return plan;
}

Plan Parser::on_response(const Head& head) noexcept {
  const bool interim = head.status < 200 && head.status != 101;
  const bool known = !asked_.empty();
  Exchange asked;
  if (known && interim) asked = asked_.front();
  if (known && !interim) {
    asked = std::move(asked_.front());
    asked_.pop_front();
  }
  Plan plan;
  const std::string status = std::to_string(head.status);
  plan.info.name = known ? status + " " + asked.name : "HTTP " + status;
  plan.info.actor = asked.actor;
  plan.info.destination = asked.destination;
  plan.file_name = head.content_disposition.empty()
                       ? asked.file_name
                       : file_name_of(unfolded(head.content_disposition), {});
  plan_framing(plan, head, Body::until_close);
  if (head.status == 101 && !known) {
    upgrade_ = {};
    upgrade_.is_upgrade = true;
  }
  if (head.status == 101) {
    const bool websocket = list_has(head.upgrade, "websocket");
    const bool http2 = list_has(head.upgrade, "h2c");
    next_ = websocket ? Next::websocket : http2 ? Next::fall_back : Next::restart;
    plan.body = Body::leave;
  } else {
    plan_answer(plan, asked, known, head.status);
  }
  return plan;
}

void Parser::plan_answer(Plan& plan, const Exchange& asked, bool known, int status) noexcept {
  if (asked.is_connect && status >= 200 && status < 300) {
    plan.body = Body::leave;
    next_ = Next::restart;
    return;
  }
  const bool bodiless = status < 200 || status == 204 || status == 304 || asked.is_head;
  if (bodiless) plan.body = Body::none;
  plan.maybe_no_body = !known;
  // The answer to the waiting side's request says that HTTP goes on.
  if (status >= 200 && (asked.is_connect || asked.is_upgrade) && reader(client_).waits()) {
    reader(client_).resume();
    resumed_ = true;
    plan.waits = true;
  }
}

void Parser::on_lost(Side side) noexcept {
  if (side == client_) {
    asked_.clear();
  } else if (asked_.size() > 1) {
    // Who does not pipeline has asked for one thing at a time.
    asked_.erase(asked_.begin(), asked_.end() - 1);
  }
}

void Parser::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (gone_) return;
  if (websocket_) {
    websocket_->on_gap(side, missing_bytes);
    return;
  }
  if (side == client_ && !held_.empty()) stop_waiting();
  if (gone_) return;
  if (websocket_)
    websocket_->on_gap(side, missing_bytes);
  else
    reader(side).gap(missing_bytes);
}

void Parser::on_pause() noexcept {
  if (gone_) return;
  if (!websocket_ && !held_.empty()) stop_waiting();
  if (gone_) return;
  if (websocket_) {
    websocket_->on_pause();
    return;
  }
  for (Reader& each : readers_) each.pause();
}

void Parser::on_close(flow::CloseReason reason) noexcept {
  if (gone_) return;
  if (!websocket_ && !held_.empty()) stop_waiting();
  if (gone_) return;
  if (websocket_) {
    websocket_->on_close(reason);
    return;
  }
  const bool whole = reason == flow::CloseReason::fin;
  for (Reader& each : readers_) each.close(whole ? ObjectEnd::complete : ObjectEnd::cut_short);
}

Claim recognise(const Opening& opening) noexcept {
  bool wait = false;
  for (const Bytes bytes : opening.bytes) {
    std::string_view text = as_text(bytes);
    text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
    // HTTP/2 without TLS: its heads are packed, its data is scanned raw.
    if (text.starts_with("PRI * HTTP/2")) continue;
    if (text.empty()) {
      wait |= !bytes.empty();
      continue;
    }
    for (const StartMatch match : {match_request_line(text), match_status_line(text)}) {
      if (match == StartMatch::yes) return Claim::mine;
      wait |= match == StartMatch::maybe;
    }
  }
  return wait ? Claim::need_more : Claim::not_mine;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::http1
