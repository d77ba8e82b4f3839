#include "content/unpack_opener.h"

#include <string>

#include "content/tar.h"

namespace outspan::content {
namespace {

using unpack::Kind;
using unpack::Outcome;

class Members final : public unpack::ExtractSink {
 public:
  explicit Members(ContainerSink& sink) noexcept : sink_(sink) {}
  bool begin_member(std::string_view name) noexcept override {
    return sink_.begin_member(std::string(name));
  }
  bool data(Bytes bytes) noexcept override { return sink_.data(bytes); }
  void end_member() noexcept override { sink_.end_member(); }

 private:
  ContainerSink& sink_;
};

/// As in ObjectBlindSpot::reason; nullptr: all was read.
const char* reason_of(Outcome outcome, Kind kind) noexcept {
  switch (outcome) {
    case Outcome::opened: return nullptr;
    case Outcome::encrypted:
      return kind == Kind::archive ? "encrypted-archive" : "encrypted-document";
    case Outcome::damaged: return "damaged";
    case Outcome::unsupported: return "unsupported";
    case Outcome::entries:
    case Outcome::expansion:
    case Outcome::stopped: return "budget";
    case Outcome::time: return "unpack-time";
    case Outcome::memory: return "unpack-memory";
    case Outcome::crashed: return "unpack-crash";
    case Outcome::unavailable: return "unpack-unavailable";
  }
  return "unsupported";
}

}  // namespace

UnpackOpener::UnpackOpener(unpack::Pool& pool, Kind kind, const config::Limits& limits) noexcept
    : pool_(pool),
      kind_(kind),
      limits_{.entries = limits.parts,
              .output_bytes = limits.expanded_mib << 20,
              .time = std::chrono::seconds(limits.unpack_seconds)} {}

bool UnpackOpener::claims(const Magic& magic) const noexcept {
  return magic.form == Form::file && magic.kind == kind_;
}

const char* UnpackOpener::open(Bytes whole, ContainerSink& sink) const noexcept {
  Members members(sink);
  return reason_of(pool_.submit(kind_, whole, limits_).wait(members), kind_);
}

std::vector<std::unique_ptr<ContainerOpener>> make_openers(const config::Limits& limits,
                                                           unpack::Pool* pool) {
  std::vector<std::unique_ptr<ContainerOpener>> openers;
  openers.push_back(std::make_unique<TarOpener>());
  if (pool != nullptr)
    for (const Kind kind : unpack::kKinds)
      openers.push_back(std::make_unique<UnpackOpener>(*pool, kind, limits));
  return openers;
}

}  // namespace outspan::content
