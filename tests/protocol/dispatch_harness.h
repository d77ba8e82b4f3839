#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dispatch/dispatcher.h"

/// A dispatcher with one flow, fed by a script; what comes out as text.
namespace outspan::protocol::harness {

inline constexpr Side kC = Side::client;
inline constexpr Side kS = Side::server;

/// Objects of both sides as text, each side in order of appearance.
class Recorder final : public ObjectSink, public FlowObserver {
 public:
  struct Record {
    Side side = Side::client;
    ObjectInfo info;
    std::string text;
    bool ended = false;
    bool misused = false;  ///< calls in an order that ObjectWriter does not allow
  };

  std::unique_ptr<ObjectWriter> begin(FlowContext& flow, Side side,
                                      ObjectInfo info) noexcept override {
    records.push_back(std::make_unique<Record>());
    records.back()->side = side;
    records.back()->info = std::move(info);
    return std::make_unique<Writer>(flow, side, *records.back());
  }
  void on_anomaly(const FlowContext&, Side, Anomaly anomaly) noexcept override {
    anomalies.emplace_back(anomaly.kind);
  }
  void on_blind_spot(const FlowContext&, ObjectBlindSpot spot) noexcept override {
    blind_spots.emplace_back(spot.reason);
  }

  std::vector<std::unique_ptr<Record>> records;
  std::vector<std::string> anomalies;
  std::vector<std::string> blind_spots;

 private:
  class Writer final : public ObjectWriter {
   public:
    Writer(FlowContext& flow, Side side, Record& record) noexcept
        : ObjectWriter(flow, side), record_(record) {}
    ~Writer() override {
      if (!record_.ended) record_.text += "(dropped)";
    }
    void begin_part(PartInfo part) noexcept override {
      static constexpr std::array<std::string_view, 7> kKinds{"raw",  "head",     "url", "body",
                                                              "mail", "commands", "copy"};
      record_.misused |= in_part_ || record_.ended;
      in_part_ = true;
      record_.text += "[" + std::string(kKinds[static_cast<std::size_t>(part.kind)]);
      if (!part.name.empty()) record_.text += " " + part.name;
      if (!part.content_type.empty()) record_.text += " type=" + part.content_type;
      for (const std::string& coding : part.codings) record_.text += " coding=" + coding;
      if (!part.file_name.empty()) record_.text += " file=" + part.file_name;
      if (part.declared_bytes != 0) record_.text += " bytes=" + std::to_string(part.declared_bytes);
      record_.text += "]";
    }
    void gap(std::uint64_t missing_bytes) noexcept override {
      record_.text += "(gap " + std::to_string(missing_bytes) + ")";
    }
    void boundary() noexcept override { record_.text += "|"; }
    void pause() noexcept override {}
    void end_part() noexcept override {
      record_.misused |= !in_part_;
      in_part_ = false;
    }
    void end(ObjectEnd how) noexcept override {
      record_.misused |= in_part_ || record_.ended;
      record_.ended = true;
      if (how == ObjectEnd::cut_short) record_.text += "(cut short)";
    }
    ObjectInfo& info() noexcept override { return record_.info; }

   private:
    void write(Bytes bytes) noexcept override {
      record_.misused |= !in_part_;
      record_.text += as_text(bytes);
    }

    Record& record_;
    bool in_part_ = false;
  };
};

struct Step {
  Side side = Side::client;
  std::string text;
  std::uint64_t missing_bytes = 0;  ///< a gap in place of text
};
using Talk = std::vector<Step>;

struct Setting {
  std::array<bool, 2> inspected{true, true};
  std::uint8_t ip_protocol = ip_protocol::kTcp;
  std::array<std::uint16_t, 2> ports{40000, 80};  ///< by Side
  std::uint32_t header_kib = 64;
  std::uint64_t classified_flows = 0;  ///< nDPI takes 33 ms to start
  flow::CloseReason end = flow::CloseReason::fin;
};

class Flow {
 public:
  explicit Flow(const Setting& setting = {})
      : account_(ledger_, {Direction::outbound, Direction::inbound}, setting.inspected),
        context_(info_, account_, recorder) {
    config_.limits.header_kib = setting.header_kib;
    config_.limits.classified_flows = setting.classified_flows;
    info_.ip_protocol = setting.ip_protocol;
    info_.ends = {Endpoint{*IpAddress::parse("10.20.0.7"), setting.ports[0]},
                  Endpoint{*IpAddress::parse("203.0.113.9"), setting.ports[1]}};
    dispatcher_ = std::make_unique<Dispatcher>(config_, recorder);
    sink_ = dispatcher_->open(context_);
  }

  void data(Side side, std::string_view text) {
    charged_[index(side)] += text.size();
    account_.deliver(side, text.size());
    if (context_.unwanted[index(side)]) return;
    // A copy of its own, so that ASan sees whoever keeps a view of it.
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    sink_->on_data(side, 0, bytes);
  }
  void datagram(Side side, std::string_view text) {
    charged_[index(side)] += text.size();
    account_.deliver(side, text.size());
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    sink_->on_datagram(side, bytes);
  }
  void gap(Side side, std::uint64_t missing_bytes) {
    charged_[index(side)] += missing_bytes;
    account_.charge(side, Column::lost, "loss", missing_bytes);
    if (!context_.unwanted[index(side)]) sink_->on_gap(side, 0, missing_bytes);
  }
  void pause() { sink_->on_pause(); }
  [[nodiscard]] std::uint64_t held_bytes() const { return sink_->held_bytes(); }
  void close(flow::CloseReason reason = flow::CloseReason::fin) {
    sink_->on_close(reason);
    for (const Side side : {kC, kS}) {
      const std::uint64_t total = account_.columns(side).total();
      if (account_.pending(side) == 0 && total == charged_[index(side)]) continue;
      std::fprintf(stderr, "%s: nobody claims %llu bytes; of %llu bytes %llu stand in columns\n",
                   std::string(account_.app().name()).c_str(),
                   static_cast<unsigned long long>(account_.pending(side)),
                   static_cast<unsigned long long>(charged_[index(side)]),
                   static_cast<unsigned long long>(total));
      std::abort();
    }
  }

  /// Plays a talk in pieces of `piece_bytes` behind a first piece of `first_bytes`.
  void play(const Talk& talk, std::size_t first_bytes = SIZE_MAX,
            std::size_t piece_bytes = SIZE_MAX) {
    for (const Step& step : talk) {
      if (step.missing_bytes > 0) gap(step.side, step.missing_bytes);
      std::string_view text = step.text;
      for (std::size_t size = first_bytes; !text.empty(); size = piece_bytes) {
        data(step.side, text.substr(0, size));
        text.remove_prefix(std::min(size, text.size()));
      }
    }
  }

  /// Everything that must not depend on how the stream was cut.
  [[nodiscard]] std::string describe() const {
    std::string all = "app " + std::string(account_.app().name()) + "\n";
    for (const Side side : {kC, kS})
      for (const auto& record : recorder.records) {
        if (record->side != side) continue;
        all += std::string(side == kC ? "C " : "S ") + record->info.name + ": " + record->text;
        if (record->misused) all += "(misused)";
        if (!record->info.actor.user.empty()) all += " user=" + record->info.actor.user;
        if (!record->info.destination.url.empty()) all += " url=" + record->info.destination.url;
        all += "\n";
      }
    for (const std::string& each : recorder.anomalies) all += "anomaly " + each + "\n";
    for (const Side side : {kC, kS})
      for (std::size_t i = 0; i < kColumns; ++i)
        all += std::to_string(account_.columns(side)[static_cast<Column>(i)]) + " ";
    return all;
  }
  /// All objects of that name, joined.
  [[nodiscard]] std::string object(std::string_view name) const {
    std::string all;
    for (const auto& record : recorder.records)
      if (record->info.name == name) all += record->text;
    return all;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& record : recorder.records) all.push_back(record->info.name);
    return all;
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& record : recorder.records) all += record->text;
    return all;
  }
  [[nodiscard]] const FlowAccount& account() const { return account_; }
  [[nodiscard]] FlowContext& context() { return context_; }
  [[nodiscard]] std::uint64_t counter(std::string_view name) const {
    Stats stats;
    dispatcher_->report(stats);
    return stats.value(name);
  }

  Recorder recorder;

 private:
  config::Config config_;
  FlowInfo info_;
  Ledger ledger_;
  ChargingAccount account_;
  std::array<std::uint64_t, 2> charged_{};
  FlowContext context_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<flow::StreamSink> sink_;
};

inline std::string play(const Talk& talk, const Setting& setting = {},
                        std::size_t first_bytes = SIZE_MAX, std::size_t piece_bytes = SIZE_MAX) {
  Flow flow(setting);
  flow.play(talk, first_bytes, piece_bytes);
  flow.close(setting.end);
  return flow.describe();
}

}  // namespace outspan::protocol::harness
