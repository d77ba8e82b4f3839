#include "protocol/dispatch/carried_objects.h"

#include <utility>

namespace outspan::protocol {
namespace {

void fill(std::string& value, const std::string& otherwise) {
  if (value.empty()) value = otherwise;
}

void fill(Actor& actor, const Actor& otherwise) {
  fill(actor.user, otherwise.user);
  fill(actor.email_from, otherwise.email_from);
  fill(actor.hostname, otherwise.hostname);
  fill(actor.program, otherwise.program);
  fill(actor.address, otherwise.address);
}

/// Completes the object's info again whenever its parser may have written to it.
class CarriedWriter final : public ObjectWriter {
 public:
  CarriedWriter(FlowContext& flow, Side side, const CarriedObjects& carried,
                std::unique_ptr<ObjectWriter> writer) noexcept
      : ObjectWriter(flow, side), carried_(carried), writer_(std::move(writer)) {}

  void begin_part(PartInfo part) noexcept override { writer().begin_part(std::move(part)); }
  void gap(std::uint64_t missing_bytes) noexcept override { writer().gap(missing_bytes); }
  void boundary() noexcept override { writer().boundary(); }
  void pause() noexcept override { writer().pause(); }
  void end_part() noexcept override { writer().end_part(); }
  void end(ObjectEnd how) noexcept override { writer().end(how); }
  ObjectInfo& info() noexcept override {
    given_out_ = true;
    return writer_->info();
  }

 protected:
  /// Claimed already.
  void write(Bytes bytes) noexcept override { writer().decoded(bytes, 0); }

 private:
  ObjectWriter& writer() noexcept {
    if (std::exchange(given_out_, false)) carried_.complete(writer_->info());
    return *writer_;
  }

  const CarriedObjects& carried_;
  std::unique_ptr<ObjectWriter> writer_;
  bool given_out_ = false;
};

}  // namespace

void CarriedObjects::add(const Actor& actor, const Destination& destination) noexcept {
  Actor inner = actor;
  fill(inner, actor_);
  actor_ = std::move(inner);
  if (!destination.hostname.empty()) destination_.hostname = destination.hostname;
  if (!destination.url.empty()) destination_.url = destination.url;
}

void CarriedObjects::complete(ObjectInfo& info) const noexcept {
  fill(info.actor, actor_);
  fill(info.destination.hostname, destination_.hostname);
  fill(info.destination.url, destination_.url);
}

std::unique_ptr<ObjectWriter> CarriedObjects::begin(FlowContext& flow, Side side,
                                                    ObjectInfo info) noexcept {
  complete(info);
  return std::make_unique<CarriedWriter>(flow, side, *this,
                                         objects_.begin(flow, side, std::move(info)));
}

}  // namespace outspan::protocol
