#include "policy/window_store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>

namespace outspan::policy {
namespace {

/// Of what is stored. Another one is begun anew.
constexpr int kVersion = 1;

}  // namespace

Result<std::unique_ptr<WindowStore>> WindowStore::open(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) {
    std::filesystem::create_directories(folder, error);
    chmod(folder.c_str(), 0700);
  }
  const std::string path = folder + "/windows.sqlite";
  // The database's mode is that of its first byte.
  const mode_t mask = umask(0077);
  sqlite3* database = nullptr;
  const int status =
      sqlite3_open_v2(path.c_str(), &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<WindowStore> store(new WindowStore(database));
  const bool good = status == SQLITE_OK && store->prepare();
  umask(mask);
  if (!good) return Problem{path, "the state cannot be kept here: " + store->take_problem()};
  return store;
}

WindowStore::~WindowStore() {
  if (in_transaction_) commit();
  sqlite3_finalize(put_);
  sqlite3_finalize(remove_);
  sqlite3_close(database_);
}

void WindowStore::failed() {
  if (problem_.empty()) problem_ = sqlite3_errmsg(database_);
}

bool WindowStore::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  failed();
  return false;
}

bool WindowStore::prepare() {
  if (!execute("PRAGMA journal_mode=WAL") || !execute("PRAGMA synchronous=NORMAL")) return false;
  sqlite3_stmt* version = nullptr;
  int found = 0;
  if (sqlite3_prepare_v2(database_, "PRAGMA user_version", -1, &version, nullptr) == SQLITE_OK &&
      sqlite3_step(version) == SQLITE_ROW)
    found = sqlite3_column_int(version, 0);
  sqlite3_finalize(version);
  if (found != kVersion && !(execute("DROP TABLE IF EXISTS windows") &&
                             execute(("PRAGMA user_version=" + std::to_string(kVersion)).c_str())))
    return false;
  if (!execute("CREATE TABLE IF NOT EXISTS windows (key BLOB PRIMARY KEY, value BLOB NOT NULL) "
               "WITHOUT ROWID"))
    return false;
  if (sqlite3_prepare_v2(database_, "INSERT OR REPLACE INTO windows VALUES (?, ?)", -1, &put_,
                         nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(database_, "DELETE FROM windows WHERE key = ?", -1, &remove_, nullptr) ==
          SQLITE_OK)
    return true;
  failed();
  return false;
}

std::vector<WindowStore::Item> WindowStore::all() {
  std::vector<Item> items;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, "SELECT key, value FROM windows", -1, &statement, nullptr) !=
      SQLITE_OK) {
    failed();
    return items;
  }
  int status = 0;
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    const auto* key = static_cast<const char*>(sqlite3_column_blob(statement, 0));
    const auto* value = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 1));
    items.push_back({std::string(key, static_cast<std::size_t>(sqlite3_column_bytes(statement, 0))),
                     {value, value + sqlite3_column_bytes(statement, 1)}});
  }
  if (status != SQLITE_DONE) failed();
  sqlite3_finalize(statement);
  return items;
}

void WindowStore::begin() {
  if (!in_transaction_) in_transaction_ = execute("BEGIN");
}

void WindowStore::run(sqlite3_stmt* statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) failed();
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

void WindowStore::put(std::string_view key, Bytes value) {
  begin();
  sqlite3_bind_blob(put_, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
  sqlite3_bind_blob(put_, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  run(put_);
}

void WindowStore::remove(std::string_view key) {
  begin();
  sqlite3_bind_blob(remove_, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
  run(remove_);
}

void WindowStore::commit() {
  if (in_transaction_) execute("COMMIT");
  in_transaction_ = false;
}

std::string WindowStore::take_problem() { return std::exchange(problem_, {}); }

}  // namespace outspan::policy
