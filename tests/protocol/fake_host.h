#pragma once

#include <array>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/object.h"
#include "protocol/parser.h"
#include "protocol/shared/expectations.h"

namespace outspan::protocol::fake {

/// What a parser gave to content/, as text: what tests compare.
struct Object {
  Side side = Side::client;
  ObjectInfo info;
  std::string text;  ///< parts with their data and gaps
  bool ended = false;
};

class Writer final : public ObjectWriter {
 public:
  Writer(FlowContext& flow, Side side, Object& object) noexcept
      : ObjectWriter(flow, side), object_(object) {}
  ~Writer() override {
    if (!object_.ended) object_.text += "<dropped>";
  }
  void begin_part(PartInfo part) noexcept override {
    static constexpr std::array<std::string_view, 7> kKinds{
        "raw", "http_head", "url", "body", "mail_message", "commands", "copy"};
    object_.text += "[" + std::string(kKinds[static_cast<std::size_t>(part.kind)]);
    if (!part.file_name.empty()) object_.text += " " + part.file_name;
    object_.text += "]";
  }
  void gap(std::uint64_t missing_bytes) noexcept override {
    object_.text += "<gap " + std::to_string(missing_bytes) + ">";
  }
  void boundary() noexcept override { object_.text += "<boundary>"; }
  void pause() noexcept override {}
  void end_part() noexcept override { object_.text += "[/]"; }
  void end(ObjectEnd how) noexcept override {
    object_.ended = true;
    object_.text += how == ObjectEnd::complete ? "" : "<cut short>";
  }
  ObjectInfo& info() noexcept override { return object_.info; }

 private:
  void write(Bytes bytes) noexcept override { object_.text += as_text(bytes); }
  Object& object_;
};

class Sink final : public ObjectSink {
 public:
  std::unique_ptr<ObjectWriter> begin(FlowContext& flow, Side side,
                                      ObjectInfo info) noexcept override {
    objects.push_back(std::make_unique<Object>());
    objects.back()->side = side;
    objects.back()->info = std::move(info);
    return std::make_unique<Writer>(flow, side, *objects.back());
  }
  std::vector<std::unique_ptr<Object>> objects;
};

class Observer final : public FlowObserver {
 public:
  void on_anomaly(const FlowContext&, Side, Anomaly anomaly) noexcept override {
    anomalies.emplace_back(anomaly.kind);
  }
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
  std::vector<std::string> anomalies;
};

/// One flow with its parser, its account and all that comes out of it.
class Host final : public StreamHost {
 public:
  using Make = std::function<std::unique_ptr<StreamParser>(StreamHost&)>;

  explicit Host(std::array<bool, 2> inspected = {true, true}, FlowInfo flow_info = default_info())
      : info(std::move(flow_info)),
        account(ledger, {Direction::outbound, Direction::inbound}, inspected),
        context(info, account, observer) {
    context.now.time = timestamp_from_ns(1'000'000'000);
  }

  static FlowInfo default_info() {
    FlowInfo flow_info;
    flow_info.ip_protocol = ip_protocol::kTcp;
    flow_info.opened_by_syn = true;
    flow_info.ends = {Endpoint{*IpAddress::parse("10.20.0.7"), 40000},
                      Endpoint{*IpAddress::parse("203.0.113.9"), 25}};
    return flow_info;
  }

  FlowContext& flow() noexcept override { return context; }
  ObjectSink& objects() noexcept override { return sink; }
  SharedState& shared() noexcept override { return *state; }
  Expectations& expectations() { return state->get<Expectations>(); }
  void restart(std::array<Bytes, 2> left) noexcept override { leave("restart", left); }
  void fall_back(std::array<Bytes, 2> left) noexcept override { leave("fall_back", left); }
  void carries(const Actor& actor, const Destination& destination) noexcept override {
    carried.actor = actor;
    carried.destination = destination;
  }

  void data(Side side, std::string_view text) {
    account.deliver(side, text.size());
    if (left_by.empty())
      parser->on_data(side, as_bytes(text));
    else
      rest[index(side)] += text;
  }
  void gap(Side side, std::uint64_t bytes) {
    account.charge(side, Column::lost, "loss", bytes);
    if (left_by.empty()) parser->on_gap(side, bytes);
  }
  void close() {
    if (left_by.empty()) parser->on_close(flow::CloseReason::fin);
    parser.reset();
    for (const Side side : {Side::client, Side::server})
      if (account.inspected(side)) {
        EXPECT_EQ(account.pending(side), rest[index(side)].size()) << "bytes that nobody claims";
      }
  }

  /// Everything that must not depend on how the stream was cut.
  [[nodiscard]] std::string describe() const {
    std::ostringstream out;
    out << "app " << account.app().name() << "\n";
    for (const Side side : {Side::client, Side::server}) {
      out << (side == Side::client ? "client" : "server");
      for (std::size_t i = 0; i < kColumns; ++i)
        out << " " << to_string(static_cast<Column>(i)) << "="
            << account.columns(side)[static_cast<Column>(i)];
      out << "\n";
    }
    for (const auto& object : sink.objects)
      out << object->info.name << " side=" << index(object->side)
          << " user=" << object->info.actor.user << " from=" << object->info.actor.email_from
          << " host=" << object->info.actor.hostname << " to=" << object->info.destination.hostname
          << " " << rcpt(*object) << "\n"
          << object->text << "\n";
    for (const std::string& each : observer.anomalies) out << "anomaly " << each << "\n";
    if (context.encryption.reason != nullptr)
      out << "encrypted " << context.encryption.reason << " "
          << context.encryption.names().server_name << " " << context.encryption.names().ja4
          << "\n";
    if (!left_by.empty())
      out << left_by << " client{" << rest[0] << "} server{" << rest[1] << "}\n";
    return out.str();
  }

  /// The object of that name; an empty one if there is none.
  [[nodiscard]] const Object& object(std::string_view name, std::size_t number = 0) const {
    static const Object kNone;
    for (const auto& each : sink.objects)
      if (each->info.name == name && number-- == 0) return *each;
    return kNone;
  }

  FlowInfo info;
  Ledger ledger;
  ChargingAccount account;
  Observer observer;
  FlowContext context;
  Sink sink;
  SharedState own_state;
  SharedState* state = &own_state;
  std::unique_ptr<StreamParser> parser;
  ObjectInfo carried;  ///< what carries() was told
  std::string left_by;
  std::array<std::string, 2> rest;

 private:
  static std::string rcpt(const Object& object) {
    std::string all = "rcpt=";
    for (const std::string& each : object.info.destination.email_to) all += each + ",";
    return all;
  }
  void leave(const char* how, std::array<Bytes, 2> left) {
    left_by = how;
    for (std::size_t i = 0; i < 2; ++i) rest[i] += as_text(left[i]);
  }
};

/// One step of a conversation; `missing_bytes` makes it a hole.
struct Step {
  Side side = Side::client;
  std::string text;
  std::uint64_t missing_bytes = 0;
};
using Talk = std::vector<Step>;

inline constexpr Side kClient = Side::client;
inline constexpr Side kServer = Side::server;

/// Plays a conversation, each step in pieces of `piece_bytes` behind a first one of `first_bytes`.
inline std::unique_ptr<Host> play(const Host::Make& make, const Talk& talk,
                                  std::array<bool, 2> inspected = {true, true},
                                  std::size_t first_bytes = SIZE_MAX,
                                  std::size_t piece_bytes = SIZE_MAX) {
  auto host = std::make_unique<Host>(inspected);
  host->parser = make(*host);
  for (const Step& step : talk) {
    if (step.missing_bytes > 0) {
      host->gap(step.side, step.missing_bytes);
      continue;
    }
    std::string_view text = step.text;
    for (std::size_t size = first_bytes; !text.empty(); size = piece_bytes) {
      const std::string piece(text.substr(0, size));  // a copy, so that ASan sees what is kept
      text.remove_prefix(piece.size());
      host->data(step.side, piece);
    }
  }
  host->close();
  return host;
}

}  // namespace outspan::protocol::fake
