#include "unpack/formats/sqlite.h"

#include <sqlite3.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/handle.h"
#include "unpack/formats/sqlite_unused.h"

namespace outspan::unpack {
namespace {

using Database = CHandle<sqlite3, sqlite3_close>;
using Statement = CHandle<sqlite3_stmt, sqlite3_finalize>;

Statement prepare(sqlite3* database, const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr);
  return Statement(statement);
}

std::string_view column(sqlite3_stmt* row, int number) {
  // As UTF-8, also from a file in UTF-16. The size is that of the form that was asked for last.
  const void* bytes = sqlite3_column_type(row, number) == SQLITE_BLOB
                          ? sqlite3_column_blob(row, number)
                          : sqlite3_column_text(row, number);
  const int size = sqlite3_column_bytes(row, number);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool unpack_table(sqlite3* database, const std::string& table, Output& output) {
  std::string quoted = "\"";
  for (const char c : table) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  const Statement rows = prepare(database, "SELECT * FROM " + quoted + "\"");
  if (rows == nullptr) return false;
  output.begin(table);
  int result = SQLITE_ROW;
  while ((result = sqlite3_step(rows.get())) == SQLITE_ROW) {
    const int columns = sqlite3_column_count(rows.get());
    for (int i = 0; i < columns; ++i) {
      if (i > 0) output.text("\t");
      output.text(column(rows.get(), i));
    }
    output.text("\n");
  }
  output.end();
  return result == SQLITE_DONE;
}

}  // namespace

Outcome unpack_sqlite(Bytes file, Output& output) {
  sqlite3* opened = nullptr;
  if (sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    sqlite3_close(opened);
    return Outcome::memory;
  }
  const Database database(opened);
  // A copy: a journal mode of WAL, which has no meaning in memory, is taken out of its header.
  std::vector<std::uint8_t> copy(file.begin(), file.end());
  if (copy.size() < 100) return Outcome::damaged;
  copy[18] = copy[19] = 1;
  const auto size = static_cast<sqlite3_int64>(copy.size());
  if (sqlite3_deserialize(opened, "main", copy.data(), size, size, SQLITE_DESERIALIZE_READONLY) !=
      SQLITE_OK)
    return Outcome::damaged;
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(opened, SQLITE_LIMIT_VDBE_OP, 25'000);
  std::vector<std::string> tables;
  {
    const Statement names = prepare(opened,
                                    "SELECT name FROM sqlite_schema WHERE type='table' AND "
                                    "coalesce(sql,'') NOT LIKE 'CREATE VIRTUAL%' AND rootpage > 0");
    if (names == nullptr) return Outcome::damaged;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(names.get())) == SQLITE_ROW)
      tables.emplace_back(column(names.get(), 0));
    if (result != SQLITE_DONE) return Outcome::damaged;
  }
  bool good = true;
  for (const std::string& table : tables) good = unpack_table(opened, table, output) && good;
  // Which pages are behind the damage SQLite does not say: rows that were read are found twice.
  if (good)
    write_sqlite_unused(file, output);
  else
    output.rest(file);
  return good ? Outcome::opened : Outcome::damaged;
}

}  // namespace outspan::unpack
