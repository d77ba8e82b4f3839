#pragma once

#include <array>
#include <list>
#include <memory>
#include <string>

#include "protocol/http/exchange.h"
#include "protocol/http1/message.h"
#include "protocol/parser.h"

namespace outspan::protocol::http1 {

/// HTTP/1.x on one TCP flow: pairs answers with requests and leaves when it is no HTTP any more.
/// Bound: two readers, 256 requests without an answer, and what a side sent while it waits for the
/// answer to CONNECT or Upgrade (Limits::header_kib).
class Parser final : public StreamParser, private Owner {
 public:
  explicit Parser(StreamHost& host) noexcept;

  void on_data(Side side, Bytes bytes) noexcept override;
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override;
  void on_pause() noexcept override;
  void on_close(flow::CloseReason reason) noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 private:
  /// What the flow is once the reader that said so returns.
  enum class Next : std::uint8_t { http, restart, websocket, http2 };

  /// While the client's side waits for an answer.
  struct Waiting {
    std::string held;      ///< what that side sent meanwhile
    std::string deferred;  ///< what the server's side has after the answer
  };

  Plan on_head(Reader& reader, const Head& head) noexcept override;
  void on_lost(Side side) noexcept override;
  Plan on_request(const Head& head) noexcept;
  Plan on_response(const Head& head) noexcept;
  void plan_answer(Plan& plan, const Exchange& asked, bool known, int status) noexcept;

  void assign_roles(Side side, Bytes bytes) noexcept;
  void ask(Exchange exchange) noexcept;
  [[nodiscard]] Exchange answer_asked() noexcept;
  Reader& reader(Side side) noexcept;
  void drop_idle(Side side) noexcept;
  Exchange& upgrade() noexcept;
  std::string take_held() noexcept;
  [[nodiscard]] Waiting& waiting() noexcept;
  [[nodiscard]] Side server() const noexcept { return opposite(client_); }
  void feed(Side side, Bytes bytes) noexcept;
  void hold(Bytes bytes) noexcept;
  [[nodiscard]] bool go_on(Bytes server_rest) noexcept;
  void stop_waiting() noexcept;
  void stop_all_waits() noexcept;
  void move_on(Side side, Bytes rest) noexcept;
  std::unique_ptr<StreamParser> make_websocket() noexcept;

  StreamHost& host_;
  std::array<std::unique_ptr<Reader>, 2> readers_;  // nullptr: between two messages
  Side client_ = Side::client;                      // who sends the requests
  bool roles_known_ = false;
  bool answers_seen_ = true;  // the answers' side is inspected, so it is parsed
  bool gone_ = false;
  bool resumed_ = false;  // the waiting side goes on, with held_ first
  Next next_ = Next::http;
  std::list<Exchange> asked_;
  std::uint64_t asked_bytes_ = 0;
  std::unique_ptr<Exchange> upgrade_;    // the request that a WebSocket or a tunnel belongs to
  std::unique_ptr<Waiting> waiting_;     // nullptr: nothing of it
  std::unique_ptr<StreamParser> inner_;  // WebSocket or HTTP/2, after an upgrade
};

}  // namespace outspan::protocol::http1
