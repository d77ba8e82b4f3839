#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "protocol/shared/bounded_table.h"
#include "protocol/sql/login.h"

namespace outspan::protocol::postgresql {

/// What both sides of a connection know: who, and which statement the server answers.
/// Bound: kOpenMax statements, portals and requests each, with names of at most 160 bytes.
class Session : public sql::Login {
 public:
  static constexpr std::size_t kOpenMax = 256;

  // The client's messages. `name`: of statement_name().
  void query(std::string name) noexcept;
  void parse(std::string_view statement, std::string name) noexcept;
  void bind(std::string_view portal, std::string_view statement) noexcept;
  void execute(std::string_view portal) noexcept;
  void sync() noexcept;
  /// The name of what `statement` does; empty: not seen.
  [[nodiscard]] std::string name_of(std::string_view statement) noexcept;
  /// Of the latest simple query: COPY is one.
  [[nodiscard]] const std::string& latest() const noexcept { return latest_; }

  // The server's.
  /// Of the statement that is being answered: "rows" where it was not seen.
  [[nodiscard]] std::string answered() const;
  void completed() noexcept;
  void ready() noexcept;

  /// Bytes of the client were lost: what the server answers is not known until it is ready again.
  void lose() noexcept { requests_.clear(); }

  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  enum class Kind : std::uint8_t { query, execute, sync };
  struct Request {
    Kind kind;
    std::string name;
  };
  void push(Kind kind, std::string name) noexcept;

  std::string latest_;
  std::deque<Request> requests_;
  BoundedTable<std::string, std::string> statements_{kOpenMax};
  BoundedTable<std::string, std::string> portals_{kOpenMax};
};

}  // namespace outspan::protocol::postgresql
