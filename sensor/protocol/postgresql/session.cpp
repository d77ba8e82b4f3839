#include "protocol/postgresql/session.h"

#include <utility>

namespace outspan::protocol::postgresql {
namespace {

/// Identifiers have 63.
constexpr std::size_t kIdentifierBytesMax = 64;

std::string key_of(std::string_view name) {
  return std::string(name.substr(0, kIdentifierBytesMax));
}

}  // namespace

void Session::push(Kind kind, std::string name) noexcept {
  if (requests_.size() >= kOpenMax) requests_.clear();
  requests_.push_back({kind, std::move(name)});
}

void Session::query(std::string name) noexcept {
  latest_ = name;
  push(Kind::query, std::move(name));
}

void Session::parse(std::string_view statement, std::string name) noexcept {
  statements_.put(key_of(statement), std::move(name));
}

void Session::bind(std::string_view portal, std::string_view statement) noexcept {
  portals_.put(key_of(portal), name_of(statement));
}

void Session::execute(std::string_view portal) noexcept {
  const std::string* const name = portals_.find(key_of(portal));
  latest_ = name != nullptr ? *name : std::string();
  push(Kind::execute, latest_);
}

void Session::sync() noexcept { push(Kind::sync, {}); }

std::string Session::name_of(std::string_view statement) noexcept {
  const std::string* const name = statements_.find(key_of(statement));
  return name != nullptr ? *name : std::string();
}

std::string Session::answered() const {
  const bool known = !requests_.empty() && !requests_.front().name.empty();
  return known ? requests_.front().name : "rows";
}

/// A query may have several statements, and is over when the server is ready.
void Session::completed() noexcept {
  if (!requests_.empty() && requests_.front().kind == Kind::execute) requests_.pop_front();
}

void Session::ready() noexcept {
  while (!requests_.empty()) {
    const Kind kind = requests_.front().kind;
    requests_.pop_front();
    if (kind != Kind::execute) return;
  }
}

std::uint64_t Session::held_bytes() const noexcept {
  constexpr std::uint64_t kEntryBytes = 160;
  return (requests_.size() + statements_.size() + portals_.size()) * kEntryBytes;
}

}  // namespace outspan::protocol::postgresql
