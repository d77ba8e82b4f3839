#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "protocol/object.h"
#include "protocol/parser.h"
#include "protocol/shared/expectations.h"

/// A host for fuzz targets: no GoogleTest, nothing recorded, but the order of calls is checked.
namespace outspan::protocol::fuzz {

class Writer final : public ObjectWriter {
 public:
  using ObjectWriter::ObjectWriter;
  void begin_part(PartInfo) noexcept override {
    if (in_part_ || ended_) std::abort();
    in_part_ = true;
  }
  void gap(std::uint64_t) noexcept override { need_part(); }
  void boundary() noexcept override { need_part(); }
  void pause() noexcept override {}
  void end_part() noexcept override {
    need_part();
    in_part_ = false;
  }
  void end(ObjectEnd) noexcept override {
    if (in_part_ || ended_) std::abort();
    ended_ = true;
  }
  ObjectInfo& info() noexcept override { return info_; }

 private:
  void write(Bytes bytes) noexcept override {
    need_part();
    if (!bytes.empty()) sum_ = sum_ + bytes.front() + bytes.back();  // for ASan
  }
  void need_part() const noexcept {
    if (!in_part_ || ended_) std::abort();
  }
  ObjectInfo info_;
  bool in_part_ = false;
  bool ended_ = false;
  volatile unsigned sum_ = 0;
};

class Sink final : public ObjectSink {
 public:
  std::unique_ptr<ObjectWriter> begin(FlowContext& flow, Side side, ObjectInfo) noexcept override {
    return std::make_unique<Writer>(flow, side);
  }
};

class Observer final : public FlowObserver {
 public:
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
};

class Host final : public StreamHost {
 public:
  explicit Host(std::uint8_t protocol = ip_protocol::kTcp)
      : account(ledger, {Direction::outbound, Direction::inbound}, {true, true}),
        context(info, account, observer) {
    info.ip_protocol = protocol;
  }
  FlowContext& flow() noexcept override { return context; }
  ObjectSink& objects() noexcept override { return sink; }
  SharedState& shared() noexcept override { return state; }
  void restart(std::array<Bytes, 2> rest) noexcept override { leave(rest); }
  void fall_back(std::array<Bytes, 2> rest) noexcept override { leave(rest); }
  void carries(const Actor&, const Destination&) noexcept override {}

  FlowInfo info;
  Ledger ledger;
  ChargingAccount account;
  Observer observer;
  FlowContext context;
  Sink sink;
  SharedState state;
  std::unique_ptr<StreamParser> parser;
  bool left = false;
  std::array<std::uint64_t, 2> rest_bytes{};  ///< left to the next parser

 private:
  void leave(std::array<Bytes, 2> rest) noexcept {
    if (left) std::abort();
    left = true;
    for (std::size_t i = 0; i < 2; ++i) rest_bytes[i] += rest[i].size();
    volatile unsigned sum = 0;
    for (const Bytes bytes : rest)
      for (const std::uint8_t byte : bytes) sum = sum + byte;
  }
};

}  // namespace outspan::protocol::fuzz
