#include "protocol/http1/parser.h"

#include <algorithm>
#include <utility>

#include "protocol/http/start_line.h"
#include "protocol/http/target.h"
#include "protocol/http1/http1.h"
#include "protocol/http2/frame.h"
#include "protocol/http2/http2.h"
#include "protocol/websocket/websocket.h"

namespace outspan::protocol::http1 {
namespace {

constexpr std::size_t kAskedMax = 256;

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

Parser::Parser(StreamHost& host) noexcept : host_(host) {
  host.flow().account.set_app(AppProtocol::named("http"));
}

/// Most flows are between two messages most of the time, and then need no reader.
Reader& Parser::reader(Side side) noexcept {
  std::unique_ptr<Reader>& reader = readers_[index(side)];
  if (!reader) {
    Owner& owner = *this;
    reader = std::make_unique<Reader>(host_, owner, side);
    if (roles_known_ && side == server()) reader->be_response();
  }
  return *reader;
}

void Parser::drop_idle(Side side) noexcept {
  std::unique_ptr<Reader>& reader = readers_[index(side)];
  if (reader && reader->is_idle()) reader.reset();
}

Exchange& Parser::upgrade() noexcept {
  if (!upgrade_) upgrade_ = std::make_unique<Exchange>();
  return *upgrade_;
}

Parser::Waiting& Parser::waiting() noexcept {
  if (!waiting_) waiting_ = std::make_unique<Waiting>();
  return *waiting_;
}

std::string Parser::take_held() noexcept {
  return waiting_ ? std::exchange(waiting_->held, {}) : std::string();
}

/// A flow that was joined in the middle may be the wrong way round.
void Parser::assign_roles(Side side, Bytes bytes) noexcept {
  roles_known_ = true;
  const std::string_view text = as_text(bytes);
  const std::size_t at = std::min(text.find_first_not_of("\r\n"), text.size());
  const bool answer = http::match_status_line(text.substr(at)) == StartMatch::yes;
  client_ = answer ? opposite(side) : side;
  if (!answer && side == Side::server &&
      http::match_request_line(text.substr(at)) == StartMatch::no)
    client_ = Side::client;
  answers_seen_ = host_.flow().inspected(server());
  if (!answers_seen_) host_.flow().unwanted[index(server())] = true;
}

void Parser::on_data(Side side, Bytes bytes) noexcept {
  if (gone_ || bytes.empty()) return;
  if (inner_) {
    inner_->on_data(side, bytes);
    return;
  }
  if (!roles_known_) assign_roles(side, bytes);
  if (side == server() && !answers_seen_) return;
  feed(side, bytes);
  if (!gone_) drop_idle(side);
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
  waiting().deferred = as_text(server_rest);
  const std::string held = take_held();
  feed(client_, as_bytes(held));
  if (waiting_) waiting_->deferred.clear();
  return !gone_ && !inner_;
}

void Parser::hold(Bytes bytes) noexcept {
  std::string& held = waiting().held;
  held += as_text(bytes);
  const std::size_t limit = std::size_t{host_.limits().header_kib} * 1024;
  // Without the answers the first three bytes tell.
  if (held.size() > limit || (!answers_seen_ && held.size() >= 3)) stop_waiting();
}

/// Nobody tells what the waiting client's bytes are: they tell themselves.
void Parser::stop_waiting() noexcept {
  const std::string held = take_held();
  if (upgrade().is_connect) {
    next_ = Next::restart;
  } else if (upgrade().is_websocket && looks_like_client_frame(held)) {
    next_ = Next::websocket;
  } else if (held.starts_with(http2::kPreface.substr(0, held.size()))) {
    next_ = Next::http2;
  }
  if (next_ != Next::http) {
    move_on(client_, as_bytes(held));
    return;
  }
  reader(client_).resume();
  feed(client_, as_bytes(held));
}

/// What was held may hold another request to wait for, and bytes after it.
void Parser::stop_all_waits() noexcept {
  for (std::size_t before = SIZE_MAX; !gone_ && !inner_ && waiting_ && !waiting_->held.empty() &&
                                      waiting_->held.size() < before;) {
    before = waiting_->held.size();
    stop_waiting();
  }
}

/// Hands the flow over: `rest` of `side` was not used.
void Parser::move_on(Side side, Bytes rest) noexcept {
  const Next next = std::exchange(next_, Next::http);
  std::array<std::string, 2> left;
  for (const Side each : {client_, server()}) left[index(each)] = reader(each).take_pending();
  if (const auto waited = std::exchange(waiting_, nullptr)) {
    left[index(client_)] += waited->held;
    left[index(server())] += waited->deferred;
  }
  left[index(side)] += as_text(rest);
  if (next == Next::websocket || next == Next::http2) {
    inner_ = next == Next::websocket ? make_websocket() : http2::make_upgraded(host_, upgrade());
    // Where the answer to the upgrade was not seen, its first line was taken for a request.
    if (next == Next::http2 && left[index(client_)].starts_with("SM\r\n")) {
      const std::string_view line = http2::kPreface.substr(0, http2::kPreface.size() - 6);
      left[index(client_)].insert(0, line);
      host_.flow().account.reopen(client_, Column::inspected, nullptr, line.size());
    }
    for (const Side each : {server(), client_})
      if (!left[index(each)].empty()) inner_->on_data(each, as_bytes(left[index(each)]));
    return;
  }
  gone_ = true;
  if (upgrade().is_connect) host_.carries(upgrade().actor, upgrade().destination);
  host_.restart({as_bytes(left[0]), as_bytes(left[1])});
}

std::unique_ptr<StreamParser> Parser::make_websocket() noexcept {
  websocket::WebSocketInfo info;
  info.client = client_;
  info.object.name = "WebSocket";
  if (const std::size_t blank = upgrade().name.find(' '); blank != std::string::npos)
    info.object.name += upgrade().name.substr(blank);
  info.object.actor = upgrade().actor;
  info.object.destination = upgrade().destination;
  return websocket::make(host_, std::move(info));
}

Plan Parser::on_head(Reader& reader, const Head& head) noexcept {
  return reader.side() == client_ ? on_request(head) : on_response(head);
}

Plan Parser::on_request(const Head& head) noexcept {
  Exchange exchange = http::exchange_of(head);
  Plan plan;
  plan.info = http::request_object(exchange);
  plan.file_name = http::request_file_name(head, exchange);
  plan_framing(plan, head, Body::none);

  if (head.http2_preface) {
    plan.body = Body::leave;
    next_ = Next::http2;
  } else if (exchange.is_connect) {
    plan.body = Body::none;
    std::string& server_name = host_.flow().encryption.names().server_name;
    if (server_name.empty()) server_name = http::hostname_of({}, head.target);
    plan.waits = true;
  } else if (exchange.is_upgrade) {
    plan.waits = true;
  }
  if (plan.waits) upgrade() = exchange;
  if (answers_seen_) {
    ask(std::move(exchange));
  }
  return plan;
}

void Parser::ask(Exchange exchange) noexcept {
  if (asked_.size() == kAskedMax) static_cast<void>(answer_asked());
  asked_bytes_ += http::held_bytes(exchange);
  asked_.push_back(std::move(exchange));
}

Exchange Parser::answer_asked() noexcept {
  Exchange first = std::move(asked_.front());
  asked_.pop_front();
  asked_bytes_ -= http::held_bytes(first);
  return first;
}

std::uint64_t Parser::held_bytes() const noexcept {
  std::uint64_t bytes = sizeof *this + asked_bytes_;
  if (waiting_)
    bytes += sizeof *waiting_ + heap_bytes(waiting_->held) + heap_bytes(waiting_->deferred);
  if (upgrade_) bytes += http::held_bytes(*upgrade_);
  for (const auto& each : readers_)
    if (each) bytes += sizeof *each + each->held_bytes();
  return bytes + (inner_ ? inner_->held_bytes() : 0);
}

Plan Parser::on_response(const Head& head) noexcept {
  const bool interim = head.status < 200 && head.status != 101;
  const bool known = !asked_.empty();
  Exchange asked;
  if (known && interim) asked = asked_.front();
  if (known && !interim) {
    asked = answer_asked();
  }
  Plan plan;
  const Exchange* const request = known ? &asked : nullptr;
  plan.info = http::answer_object(head.status, request);
  plan.file_name = http::answer_file_name(head, request);
  plan_framing(plan, head, Body::until_close);
  if (head.status == 101 && !known) {
    upgrade() = {};
    upgrade().is_upgrade = true;
  }
  if (head.status == 101) {
    const bool websocket = http::list_has(head.upgrade, "websocket");
    const bool http2 = http::list_has(head.upgrade, "h2c");
    next_ = websocket ? Next::websocket : http2 ? Next::http2 : Next::restart;
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
    while (!asked_.empty()) static_cast<void>(answer_asked());
  } else if (asked_.size() > 1) {
    // Who does not pipeline has asked for one thing at a time.
    while (asked_.size() > 1) static_cast<void>(answer_asked());
  }
}

void Parser::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (gone_) return;
  if (inner_) {
    inner_->on_gap(side, missing_bytes);
    return;
  }
  if (side == client_) stop_all_waits();
  if (gone_) return;
  if (inner_)
    inner_->on_gap(side, missing_bytes);
  else
    reader(side).gap(missing_bytes);
}

void Parser::on_pause() noexcept {
  if (gone_) return;
  stop_all_waits();
  if (gone_) return;
  if (inner_) {
    inner_->on_pause();
    return;
  }
  for (const auto& each : readers_)
    if (each) each->pause();
}

void Parser::on_close(flow::CloseReason reason) noexcept {
  if (gone_) return;
  stop_all_waits();
  if (gone_) return;
  if (inner_) {
    inner_->on_close(reason);
    return;
  }
  const bool whole = reason == flow::CloseReason::fin;
  for (const auto& each : readers_)
    if (each) each->close(whole ? ObjectEnd::complete : ObjectEnd::cut_short);
}

Claim recognise(const Opening& opening) noexcept {
  bool wait = false;
  for (const Bytes bytes : opening.bytes) {
    std::string_view text = as_text(bytes);
    text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
    if (text.starts_with("PRI * HTTP/2")) continue;
    if (text.empty()) {
      wait |= !bytes.empty();
      continue;
    }
    for (const StartMatch match : {http::match_request_line(text), http::match_status_line(text)}) {
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
