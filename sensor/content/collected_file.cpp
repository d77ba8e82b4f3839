#include "content/collected_file.h"

#include <algorithm>
#include <string>

#include "content/member.h"
#include "content/text_stage.h"

namespace outspan::content {
namespace {

using unpack::Kind;
using unpack::Outcome;

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

unpack::Limits limits_of(const config::Limits& limits) noexcept {
  return {.entries = limits.parts,
          .output_bytes = limits.expanded_mib << 20,
          .time = std::chrono::seconds(limits.unpack_seconds)};
}

}  // namespace

CollectedFile::CollectedFile(ObjectContext& context, const Node& node, Kind kind,
                             std::uint32_t depth, std::vector<std::uint8_t> bytes,
                             std::uint64_t memory, std::uint64_t wire) noexcept
    : context_(context),
      node_(node),
      kind_(kind),
      depth_(depth),
      bytes_(std::move(bytes)),
      memory_(memory),
      wire_(wire) {
  context_.begin_file();
}

CollectedFile::~CollectedFile() { context_.services().memory.give(memory_); }

bool CollectedFile::step(unpack::Pool& pool, std::uint64_t bytes_max, bool wait) noexcept {
  const ObjectContext::Detached detached(context_);
  if (!job_ && as_bytes_ == nullptr && !start(pool)) reason_ = "budget";
  if (job_) {
    const auto outcome = wait ? std::optional(job_->wait(*this)) : job_->step(*this, bytes_max);
    if (!outcome) return false;
    opened(*outcome);
  }
  if (reason_ == nullptr || scan(wait ? UINT64_MAX : bytes_max)) {
    context_.end_file();
    return true;
  }
  return false;
}

/// The worker has a copy of it.
bool CollectedFile::start(unpack::Pool& pool) noexcept {
  Services& services = context_.services();
  if (!services.memory.take(bytes_.size())) {
    ++services.counters.budget_memory;
    return false;
  }
  memory_ += bytes_.size();
  ++services.counters.containers_opened;
  job_.emplace(pool.submit(kind_, bytes_, limits_of(services.limits)));
  return true;
}

void CollectedFile::opened(Outcome outcome) noexcept {
  job_.reset();
  context_.services().memory.give(bytes_.size());
  memory_ -= bytes_.size();
  reason_ = reason_of(outcome, kind_);
}

bool CollectedFile::scan(std::uint64_t bytes_max) noexcept {
  if (as_bytes_ == nullptr)
    as_bytes_ = std::make_unique<TextStage>(context_, node_, TextStage::Options{.depth = depth_});
  const Bytes left = Bytes(bytes_).subspan(scanned_);
  const Bytes piece =
      left.first(static_cast<std::size_t>(std::min<std::uint64_t>(left.size(), bytes_max)));
  as_bytes_->data(piece);
  scanned_ += piece.size();
  if (scanned_ < bytes_.size()) return false;
  as_bytes_->finish();
  if (std::string_view(reason_) == "budget")
    context_.skip(node_, wire_);
  else
    context_.opaque(node_, wire_, reason_, std::move(encrypted_names_));
  return true;
}

bool CollectedFile::begin_member(std::string_view name) noexcept {
  member_ = open_member(context_, node_, std::string(name), depth_);
  return true;
}

bool CollectedFile::data(Bytes bytes) noexcept {
  if (!context_.expand(bytes.size())) return false;
  member_->data(bytes);
  return true;
}

void CollectedFile::end_member() noexcept {
  member_->finish();
  member_.reset();
}

void CollectedFile::on_encrypted(std::string_view name) noexcept {
  if (encrypted_names_.size() < ObjectContext::kNamesMax) encrypted_names_.emplace_back(name);
}

}  // namespace outspan::content
