#include "alert/sink/relp_sink.h"

#include <algorithm>
#include <utility>

#include "alert/net/relp_frame.h"

namespace outspan::alert {
namespace {

/// Records that may wait for their acknowledgement, as librelp has it.
constexpr std::size_t kWindow = 128;
/// Numbers of commands begin anew behind this.
constexpr std::uint32_t kTransactionMax = 999'999'999;
constexpr const char* kOffers = "relp_version=0\nrelp_software=outspan\ncommands=syslog";

}  // namespace

RelpSink::RelpSink(Connection::Target target, Formatter format, OutputCounters& counters)
    : connection_(std::move(target)), format_(std::move(format)), counters_(counters) {}

/// Its number.
std::uint32_t RelpSink::command(std::string name, std::string data) {
  transaction_ = transaction_ % kTransactionMax + 1;
  waits_ += to_text(RelpFrame{transaction_, std::move(name), std::move(data)});
  if (connection_.send(waits_) == Connection::Sent::taken) waits_.clear();
  return transaction_;
}

Sink::Offer RelpSink::offer(const Event& event, std::uint64_t number) {
  if (session_ != Session::open || !waits_.empty() || under_way_.size() >= kWindow)
    return Offer::later;
  std::string record = format_(event);
  if (record.empty()) return Offer::taken;
  under_way_.push_back({command("syslog", std::move(record)), number});
  ++counters_.written;
  if (number <= highest_) ++counters_.resent;
  highest_ = std::max(highest_, number);
  next_ = number + 1;
  return Offer::taken;
}

void RelpSink::work(int wake, std::chrono::milliseconds timeout) {
  go_on();
  if (again_) return;
  connection_.wait(wake, timeout);
  go_on();
}

void RelpSink::go_on() {
  const bool open = connection_.advance() == Connection::State::open;
  counters_.connections = connection_.connections();
  if (!open && session_ != Session::none) return broke("");
  if (!open) return;
  if (session_ == Session::none) {
    session_ = Session::opening;
    opening_ = command("open", kOffers);
  }
  if (!waits_.empty() && connection_.send(waits_) == Connection::Sent::taken) waits_.clear();
  read_answers();
  connection_.advance();
}

void RelpSink::read_answers() {
  received_ += connection_.take_received();
  bool broken = false;
  while (session_ != Session::none) {
    const auto frame = take_relp_frame(received_, broken);
    if (broken) return broke("RELP: the receiver answers with nonsense");
    if (!frame) return;
    if (frame->command != "serverclose")
      answered(frame->transaction, frame->data);
    else if (session_ == Session::closing)
      session_ = Session::closed;
    else
      broke("the receiver closed the connection");
  }
}

void RelpSink::answered(std::uint32_t transaction, std::string_view data) {
  const bool good = data.starts_with("200");
  if (session_ == Session::opening && transaction == opening_) {
    if (!good) return broke("RELP: the receiver refuses: " + std::string(data.substr(0, 80)));
    session_ = Session::open;
    trouble_.clear();
    return;
  }
  for (UnderWay& one : under_way_) {
    if (one.transaction != transaction) continue;
    one.acknowledged = true;
    if (!good) {
      ++counters_.refused;
      refusal_ = data.substr(0, 80);
    }
    break;
  }
  for (; !under_way_.empty() && under_way_.front().acknowledged; under_way_.pop_front())
    ++acknowledged_;
  if (session_ == Session::closing && transaction == transaction_) session_ = Session::closed;
}

void RelpSink::broke(const std::string& trouble) {
  if (!under_way_.empty()) again_ = under_way_.front().number;
  under_way_.clear();
  waits_.clear();
  received_.clear();
  session_ = Session::none;
  if (connection_.state() == Connection::State::open)
    connection_.close(trouble, Connection::End::broken);
  if (!trouble.empty()) trouble_ = trouble;
}

std::optional<std::uint64_t> RelpSink::unconfirmed() const {
  return under_way_.empty() ? std::nullopt : std::optional(under_way_.front().number);
}

std::uint64_t RelpSink::sent() const {
  return under_way_.empty() ? next_ : under_way_.front().number;
}

std::optional<std::uint64_t> RelpSink::take_break() { return std::exchange(again_, {}); }

std::string RelpSink::trouble() const {
  return connection_.trouble().empty() ? trouble_ : connection_.trouble();
}

bool RelpSink::finish(Clock::time_point give_up) {
  for (;;) {
    go_on();
    if (again_) return false;
    if (under_way_.empty() && session_ == Session::open) {
      session_ = Session::closing;
      command("close", "");
    }
    if (under_way_.empty() && (session_ == Session::none || session_ == Session::closed))
      return true;
    if (Clock::now() >= give_up) return under_way_.empty();
    connection_.wait(-1, std::chrono::milliseconds(5));
  }
}

}  // namespace outspan::alert
