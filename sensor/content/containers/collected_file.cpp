#include "content/containers/collected_file.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "content/chain/member.h"

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
    case Outcome::nothing: return "unpack-nothing";
  }
  return "unsupported";
}

/// The parser was ended, and could not hand on what it had not read.
bool was_ended(Outcome outcome) noexcept {
  return outcome != Outcome::opened && outcome != Outcome::damaged &&
         outcome != Outcome::encrypted && outcome != Outcome::unsupported;
}

unpack::Limits limits_of(const config::Limits& limits) noexcept {
  return {.entries = limits.parts,
          .output_bytes = limits.expanded_mib << 20,
          .time = std::chrono::seconds(limits.unpack_seconds)};
}

}  // namespace

CollectedFile::CollectedFile(ObjectContext& context, const Node& node, Kind kind,
                             std::uint32_t depth, KeptBytes bytes, std::uint64_t wire) noexcept
    : context_(context),
      node_(node),
      kind_(kind),
      depth_(depth),
      kept_(std::move(bytes)),
      wire_(wire) {
  context_.begin_file();
}

CollectedFile::~CollectedFile() { context_.services().memory.give(shared_.size()); }

bool CollectedFile::step(unpack::Pool& pool, std::uint64_t bytes_max, bool wait) noexcept {
  const ObjectContext::Detached detached(context_);
  if (wait) bytes_max = UINT64_MAX;
  if (!job_ && reason_ == nullptr) {
    if (!share(bytes_max)) return false;
    start(pool);
  }
  if (job_) {
    const auto outcome = wait ? std::optional(job_->wait(*this)) : job_->step(*this, bytes_max);
    if (!outcome) return false;
    opened(*outcome);
  }
  if (reason_ != nullptr && scans_ && !scan(bytes_max)) return false;
  if (reason_ != nullptr) tell();
  context_.end_file();
  return true;
}

/// Moves about so many bytes to where the worker can read them. Returns whether they all are, or
/// cannot be: then no worker takes the file.
bool CollectedFile::share(std::uint64_t bytes_max) noexcept {
  Budget& memory = context_.services().memory;
  for (std::uint64_t moved = 0; kept_.size() > 0;) {
    if (moved >= bytes_max) return false;
    const std::size_t size = kept_.first_piece().size();
    if (!shared_.append(kept_.first_piece())) return true;
    kept_.drop_first_piece();
    // The buffer that was given back was larger.
    static_cast<void>(memory.take(size));
    moved += size;
  }
  return true;
}

void CollectedFile::start(unpack::Pool& pool) noexcept {
  Services& services = context_.services();
  ++services.counters.containers_opened;
  job_.emplace(pool.submit(kind_, shared_, limits_of(services.limits)));
}

void CollectedFile::opened(Outcome outcome) noexcept {
  job_.reset();
  reason_ = reason_of(outcome, kind_);
  scans_ = handed_on_ == 0 || was_ended(outcome);
  if (outcome != Outcome::damaged) unread_.reset();
}

/// Not as a node of its own, which would be recognised as what the file is.
StagePtr CollectedFile::as_bytes() noexcept { return context_.open_text(node_, {.depth = depth_}); }

/// Searches it as bytes. Returns whether that is done.
bool CollectedFile::scan(std::uint64_t bytes_max) noexcept {
  if (as_bytes_ == nullptr) as_bytes_ = as_bytes();
  const Bytes shared = shared_.bytes();
  const Bytes piece = shared.subspan(scanned_).first(
      static_cast<std::size_t>(std::min<std::uint64_t>(shared.size() - scanned_, bytes_max)));
  as_bytes_->data(piece);
  scanned_ += piece.size();
  if (scanned_ < shared.size()) return false;
  // The system had no memory for these.
  for (; kept_.size() > 0; kept_.drop_first_piece()) as_bytes_->data(kept_.first_piece());
  as_bytes_->finish();
  return true;
}

/// Of a file that was compressed on the wire its share counts.
void CollectedFile::tell() noexcept {
  std::uint64_t wire = wire_;
  if (unread_ && *unread_ < shared_.size()) {
    const double share = static_cast<double>(*unread_) / static_cast<double>(shared_.size());
    wire = static_cast<std::uint64_t>(std::ceil(static_cast<double>(wire_) * share));
  }
  if (std::string_view(reason_) == "budget")
    context_.skip(node_, wire);
  else
    context_.opaque(node_, wire, reason_, std::move(encrypted_names_));
}

bool CollectedFile::begin_member(std::string_view name) noexcept {
  member_ = open_member(context_, node_, std::string(name), depth_);
  is_rest_ = false;
  return true;
}

bool CollectedFile::begin_rest() noexcept {
  member_ = as_bytes();
  is_rest_ = true;
  return true;
}

bool CollectedFile::data(Bytes bytes) noexcept {
  if (!is_rest_ && !context_.expand(bytes.size())) return false;
  handed_on_ += bytes.size();
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
