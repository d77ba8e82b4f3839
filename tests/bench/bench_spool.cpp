// What the spool of events costs, beside an SQLite database that holds the same: append and force
// to disk, by size of the batch; read all; open with many records. Figures are in
// docs/performance.md.
//
//   bench-spool FOLDER [RECORDS]     RECORDS: for opening, 10,000,000 if not given
#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "core/handle.h"
#include "spool/spool.h"

namespace {

using namespace outspan;
using Clock = std::chrono::steady_clock;
using Database = CHandle<sqlite3, sqlite3_close>;
using Statement = CHandle<sqlite3_stmt, sqlite3_finalize>;

constexpr std::size_t kPayloadBytes = 600;  // an alert about one upload
const std::string kPayload(kPayloadBytes, 'x');

double seconds_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

spool::Record record() {
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  return {1, now, now, as_bytes(kPayload)};
}

std::unique_ptr<spool::Spool> open_spool(const std::string& folder, spool::Sync sync) {
  spool::Options options;
  options.sync = sync;
  options.bytes_max = std::uint64_t{64} << 30;
  auto opened = spool::Spool::open(folder, options);
  if (!opened) std::exit((fmt::print(stderr, "{}\n", opened.problems()[0].to_string()), 1));
  return std::move(*opened);
}

void fill(spool::Spool& to, std::size_t records, std::size_t batch) {
  for (std::size_t i = 1; i <= records; ++i) {
    to.append(record(), spool::Priority::high);
    if (i % batch == 0) to.commit();
  }
}

class Table {
 public:
  Table(const std::string& path, const char* synchronous) {
    sqlite3* raw = nullptr;
    if (sqlite3_open(path.c_str(), &raw) != SQLITE_OK) std::exit(1);
    database_.reset(raw);
    run("PRAGMA journal_mode=WAL");
    run(fmt::format("PRAGMA synchronous={}", synchronous));
    run("CREATE TABLE IF NOT EXISTS events(number INTEGER PRIMARY KEY, time INTEGER, written "
        "INTEGER, kind INTEGER, payload BLOB)");
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(raw, "INSERT INTO events(time, written, kind, payload) VALUES(?,?,?,?)", -1,
                       &insert, nullptr);
    insert_.reset(insert);
  }
  void fill(std::size_t records, std::size_t batch) {
    for (std::size_t i = 0; i < records; i += batch) {
      run("BEGIN");
      for (std::size_t k = 0; k < batch; ++k) {
        const spool::Record its = record();
        sqlite3_bind_int64(insert_.get(), 1, its.time.time_since_epoch().count());
        sqlite3_bind_int64(insert_.get(), 2, its.written.time_since_epoch().count());
        sqlite3_bind_int(insert_.get(), 3, its.kind);
        sqlite3_bind_blob(insert_.get(), 4, its.payload.data(),
                          static_cast<int>(its.payload.size()), SQLITE_STATIC);
        sqlite3_step(insert_.get());
        sqlite3_reset(insert_.get());
      }
      run("COMMIT");
    }
  }
  std::uint64_t read() {
    sqlite3_stmt* select = nullptr;
    sqlite3_prepare_v2(database_.get(), "SELECT time, kind, payload FROM events ORDER BY number",
                       -1, &select, nullptr);
    const Statement owner(select);
    std::uint64_t bytes = 0;
    while (sqlite3_step(select) == SQLITE_ROW)
      bytes += static_cast<std::uint64_t>(sqlite3_column_bytes(select, 2));
    return bytes;
  }

 private:
  void run(const std::string& sql) {
    sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  }
  Database database_;
  Statement insert_;
};

void appending(const std::filesystem::path& folder) {
  fmt::print("append and force to disk, microseconds a record\n{:>8} {:>10} {:>14} {:>16}\n",
             "batch", "segments", "SQLite FULL", "SQLite NORMAL");
  for (const std::size_t batch : {1u, 10u, 100u, 1000u}) {
    const std::size_t records = batch * (batch < 100 ? 300 : 100);
    const auto each = [&](double seconds) { return seconds / static_cast<double>(records) * 1e6; };
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    auto spool = open_spool(folder / "spool", spool::Sync::batch);
    const double segments = seconds_of([&] { fill(*spool, records, batch); });
    Table full(folder / "full.db", "FULL"), normal(folder / "normal.db", "NORMAL");
    const double with_full = seconds_of([&] { full.fill(records, batch); });
    const double with_normal = seconds_of([&] { normal.fill(records, batch); });
    fmt::print("{:>8} {:>10.1f} {:>14.1f} {:>16.1f}\n", batch, each(segments), each(with_full),
               each(with_normal));
  }
}

void reading(const std::filesystem::path& folder) {
  constexpr std::size_t kRecords = 1'000'000;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  fill(*open_spool(folder / "spool", spool::Sync::never), kRecords, 1000);
  Table table(folder / "table.db", "OFF");
  table.fill(kRecords, 1000);
  std::uint64_t bytes = 0;
  const double segments = seconds_of([&] {
    spool::Reader reader(folder / "spool");
    while (const auto one = reader.next()) bytes += one->payload.size();
  });
  const double sqlite = seconds_of([&] { bytes += table.read(); });
  fmt::print("read 1,000,000 records: segments {:.2f} s, SQLite {:.2f} s ({} bytes)\n", segments,
             sqlite, bytes);
  fmt::print("on disk: segments {:.0f} bytes a record, SQLite {:.0f}\n",
             static_cast<double>(bytes_in(folder / "spool")) / kRecords,
             static_cast<double>(std::filesystem::file_size(folder / "table.db")) / kRecords);
}

void opening(const std::filesystem::path& folder, std::size_t records) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const double filled =
      seconds_of([&] { fill(*open_spool(folder / "spool", spool::Sync::never), records, 1000); });
  std::unique_ptr<spool::Spool> spool;
  const double opened =
      seconds_of([&] { spool = open_spool(folder / "spool", spool::Sync::never); });
  fmt::print("{} records, {} MB: written in {:.1f} s, opened in {:.3f} s\n", spool->end() - 1,
             bytes_in(folder) / 1'000'000, filled, opened);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::filesystem::path folder = std::filesystem::path(argv[1]) / "bench-spool";
  appending(folder);
  reading(folder);
  opening(folder, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000);
  std::filesystem::remove_all(folder);
  return 0;
}
