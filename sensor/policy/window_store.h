#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace outspan::policy {

/// Begins the keys of what access/ keeps, which no window's key begins with.
inline constexpr std::string_view kAccessKeys =
    "\x01"
    "access\n";

/// Keeps bytes under keys over a restart, in an SQLite database of its own. Changes become durable
/// together, with commit(). Trouble with the disk stops nothing: it is reported once by
/// take_problem(). Thread: delivery's.
class WindowStore {
 public:
  /// Makes folder (0700) and database (0600) where they are missing.
  static Result<std::unique_ptr<WindowStore>> open(const std::string& folder);
  ~WindowStore();
  WindowStore(const WindowStore&) = delete;
  WindowStore& operator=(const WindowStore&) = delete;

  struct Item {
    std::string key;
    std::vector<std::uint8_t> value;
  };
  [[nodiscard]] std::vector<Item> all();
  void put(std::string_view key, Bytes value);
  void remove(std::string_view key);
  void commit();

  /// What went wrong since the last call; empty: nothing.
  [[nodiscard]] std::string take_problem();

 private:
  explicit WindowStore(sqlite3* database) noexcept : database_(database) {}
  bool execute(const char* sql);
  bool prepare();
  void begin();
  void failed();
  void run(sqlite3_stmt* statement);

  sqlite3* database_;
  sqlite3_stmt* put_ = nullptr;
  sqlite3_stmt* remove_ = nullptr;
  bool in_transaction_ = false;
  std::string problem_;
};

}  // namespace outspan::policy
