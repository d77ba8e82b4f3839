#pragma once

#include <memory>

#include "protocol/object.h"

namespace outspan::protocol {

/// The objects of what a flow carries inside another layer: SOCKS, CONNECT, a PROXY header. What
/// that layer said of who and where is added where the inner one says nothing.
/// Thread: the pipeline's. Outlives its writers.
class CarriedObjects final : public ObjectSink {
 public:
  explicit CarriedObjects(ObjectSink& objects) noexcept : objects_(objects) {}

  /// One more layer was taken off. What the layers around it said stays where this one is silent.
  void add(const Actor& actor, const Destination& destination) noexcept;
  std::unique_ptr<ObjectWriter> begin(FlowContext& flow, Side side,
                                      ObjectInfo info) noexcept override;
  /// Fills in what `info` does not say.
  void complete(ObjectInfo& info) const noexcept;

 private:
  ObjectSink& objects_;
  Actor actor_;
  Destination destination_;
};

}  // namespace outspan::protocol
