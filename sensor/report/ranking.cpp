#include "report/ranking.h"

#include <algorithm>

#include "report/event_json.h"

namespace outspan::report {
namespace {

void join(Ranking::Row& sum, std::uint64_t amount, std::uint64_t times) {
  sum.amount = add_capped(sum.amount, amount);
  sum.times = add_capped(sum.times, times);
}

}  // namespace

void Ranking::add(const std::string& key, std::uint64_t amount, std::uint64_t times,
                  const std::string& note) {
  if (rows_.size() >= keys_max_ && !rows_.contains(key)) drop_the_smaller_half();
  Row& row = rows_[key];
  row.key = key;
  join(row, amount, times);
  if (!note.empty()) row.note = note;
  total_ = add_capped(total_, amount);
}

std::vector<Ranking::Row> Ranking::top(std::size_t rows_max) const {
  std::vector<Row> rows = sorted();
  if (rows.size() > rows_max) rows.resize(rows_max);
  return rows;
}

Ranking::Row Ranking::rest(std::size_t rows_max) const {
  Row sum = dropped_;
  const std::vector<Row> rows = sorted();
  for (std::size_t i = rows_max; i < rows.size(); ++i) join(sum, rows[i].amount, rows[i].times);
  return sum;
}

std::vector<Ranking::Row> Ranking::sorted() const {
  std::vector<Row> rows;
  rows.reserve(rows_.size());
  for (const auto& [key, row] : rows_) rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.amount != b.amount ? a.amount > b.amount : a.times > b.times;
  });
  return rows;
}

void Ranking::drop_the_smaller_half() {
  const std::vector<Row> rows = sorted();
  for (std::size_t i = rows.size() / 2; i < rows.size(); ++i) {
    join(dropped_, rows[i].amount, rows[i].times);
    ++dropped_keys_;
    rows_.erase(rows[i].key);
  }
}

}  // namespace outspan::report
