#include "protocol/dns/domains.h"

#include <algorithm>

#include "core/hash.h"
#include "core/held_memory.h"
#include "text/ascii.h"

namespace outspan::protocol::dns {
namespace {

constexpr std::uint64_t kNamesMin = 12;
/// Bytes of a name's labels before the registered ones.
constexpr std::size_t kFilled = 120;

bool is_counter(std::string_view label) noexcept {
  return label.size() <= 5 && std::all_of(label.begin(), label.end(), text::is_digit);
}

bool is_odd(std::uint16_t type) noexcept {
  return type == kNull || type == kKey || type == kPrivate;
}

std::size_t common_end(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto differ = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  const auto common = static_cast<std::size_t>(differ.first - a.rbegin());
  return std::min(common, std::min(a.size(), b.size()) - 1);
}

}  // namespace

void Domain::ask(const Message& message, std::size_t registered_labels) {
  if (message.labels.size() <= registered_labels || message.type == kPtr) return;
  Labels labels(message.labels.begin(),
                message.labels.end() - static_cast<std::ptrdiff_t>(registered_labels));
  std::string name;
  for (const std::string& label : labels) name += label + '.';
  static const SipKey key = random_sip_key();
  const std::uint64_t hash = siphash(key, as_bytes(name));
  if (std::find(recent_.begin(), recent_.end(), hash) != recent_.end()) return;
  recent_[names_++ % recent_.size()] = hash;
  name_bytes_ += name.size();
  filled_names_ += name.size() >= kFilled ? 1 : 0;
  odd_types_ += is_odd(message.type) ? 1 : 0;
  if (!waiting_.empty()) {
    common_labels_ = common_end(waiting_, labels);
    join(waiting_);
  }
  waiting_ = std::move(labels);
}

void Domain::finish() {
  if (!waiting_.empty()) join(waiting_);
  waiting_.clear();
}

void Domain::join(const Labels& labels) {
  std::string all;
  const std::string* longest = &labels.front();
  for (std::size_t i = 0; i + std::min(common_labels_, labels.size() - 1) < labels.size(); ++i) {
    if (!is_counter(labels[i]) || labels.size() == 1) all += labels[i];
    if (labels[i].size() > longest->size()) longest = &labels[i];
  }
  joined_[0].add(all);
  if (*longest != all) joined_[1].add(*longest);
}

void Domain::answer(const Message& message) {
  ++answers_;
  answer_bytes_ += message.answer_bytes;
  joined_[2].add(message.texts);
}

/// Names of anti-virus programs, block lists and delivery networks have up to 100 bytes and short
/// answers; the texts of mail policies are long, but few.
bool Domain::has_shape_of_tunnel() const noexcept {
  constexpr std::uint64_t kLongAnswer = 100, kDataOfAName = 20;
  if (odd_types_ >= kNamesMin || filled_names_ >= kNamesMin) return true;
  return names_ >= kNamesMin && answers_ >= kNamesMin && name_bytes_ >= names_ * kDataOfAName &&
         answer_bytes_ >= answers_ * kLongAnswer;
}

bool Domain::readable() const {
  return std::any_of(joined_.begin(), joined_.end(),
                     [](const JoinedPieces& pieces) { return pieces.readable(); });
}

std::uint64_t Domain::held_bytes() const noexcept {
  std::uint64_t bytes = heap_bytes(waiting_);
  for (const std::string& label : waiting_) bytes += heap_bytes(label);
  for (const JoinedPieces& pieces : joined_) bytes += pieces.held_bytes();
  return bytes;
}

Domain& Domains::of(const Key& key) noexcept {
  if (Domain* found = table_.find(key)) return *found;
  if (const auto evicted = table_.put(key, {})) held_ -= evicted->counted_bytes;
  return *table_.find(key);
}

void Domains::changed(Domain& domain) noexcept {
  const std::uint64_t bytes = domain.held_bytes();
  held_ += bytes - domain.counted_bytes;
  domain.counted_bytes = bytes;
  while (held_ > kHeldMax) held_ -= table_.drop_oldest()->counted_bytes;
}

}  // namespace outspan::protocol::dns
