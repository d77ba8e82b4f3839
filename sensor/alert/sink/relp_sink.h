#pragma once

#include <deque>

#include "alert/format/formatter.h"
#include "alert/net/connection.h"
#include "alert/sink/sink.h"

namespace outspan::alert {

/// Sends syslog records with RELP (relp 1, librelp's doc/relp.html), for receivers that acknowledge
/// each record: what was not acknowledged when a connection breaks is sent again, and nothing else.
/// The few commands of the protocol are spoken here, as librelp's licence (GPL 3) does not fit this
/// program's.
class RelpSink final : public Sink {
 public:
  RelpSink(Connection::Target target, Formatter format, OutputCounters& counters);

  Offer offer(const Event& event, std::uint64_t number) override;
  void work(int wake, std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override;
  [[nodiscard]] std::uint64_t sent() const override;
  [[nodiscard]] std::uint64_t progress() const override { return acknowledged_; }
  std::optional<std::uint64_t> take_break() override;
  bool finish(Clock::time_point give_up) override;
  [[nodiscard]] std::string trouble() const override;
  [[nodiscard]] std::string refusal() const override { return refusal_; }

 private:
  enum class Session : std::uint8_t { none, opening, open, closing, closed };
  struct UnderWay {
    std::uint32_t transaction = 0;
    std::uint64_t number = 0;
    bool acknowledged = false;
  };
  void go_on();
  void read_answers();
  void answered(std::uint32_t transaction, std::string_view data);
  void broke(const std::string& trouble);
  std::uint32_t command(std::string name, std::string data);

  Connection connection_;
  Formatter format_;
  OutputCounters& counters_;
  Session session_ = Session::none;
  std::string waits_;  // a frame that the connection did not take
  std::string received_;
  std::uint32_t transaction_ = 0;  // of the latest command
  std::uint32_t opening_ = 0;
  std::deque<UnderWay> under_way_;
  std::uint64_t next_ = 0, highest_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::optional<std::uint64_t> again_;
  std::string trouble_, refusal_;
};

}  // namespace outspan::alert
