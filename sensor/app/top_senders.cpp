#include "app/top_senders.h"

#include <algorithm>

#include "core/hash.h"

namespace outspan::app {
namespace {

constexpr std::size_t kRows = 10;

}  // namespace

std::vector<TopSender> largest(std::vector<TopSender> all, std::size_t rows_max) {
  std::sort(all.begin(), all.end(),
            [](const TopSender& a, const TopSender& b) { return a.address < b.address; });
  std::vector<TopSender> sums;
  for (const TopSender& one : all) {
    if (!sums.empty() && sums.back().address == one.address)
      sums.back().amount += one.amount;
    else
      sums.push_back(one);
  }
  std::stable_sort(sums.begin(), sums.end(),
                   [](const TopSender& a, const TopSender& b) { return a.amount > b.amount; });
  sums.resize(std::min(sums.size(), rows_max));
  return sums;
}

void HeavyHitters::add(const IpAddress& address, std::uint64_t amount) {
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    if (kept_[i].address != address) continue;
    kept_[i].amount += amount;
    if (i != 0 && kept_[i].amount > kept_[i - 1].amount) std::swap(kept_[i], kept_[i - 1]);
    return;
  }
  if (kept_.size() < kKept) {
    kept_.push_back({address, amount});
    return;
  }
  auto smallest =
      std::min_element(kept_.begin(), kept_.end(),
                       [](const TopSender& a, const TopSender& b) { return a.amount < b.amount; });
  *smallest = {address, smallest->amount + amount};
}

std::vector<TopSender> ByteSenders::top() const {
  std::vector<TopSender> all = senders_.now().all();
  all.insert(all.end(), senders_.before().all().begin(), senders_.before().all().end());
  return largest(std::move(all), HeavyHitters::kKept);
}

void CustomerSenders::add(const policy::Incident& incident) {
  if (incident.records.empty() || incident.access || incident.flow.direction != Direction::outbound)
    return;
  Table& table = senders_.at(incident.time);
  const IpAddress& address = incident.flow.source.address;
  auto sender = std::find_if(table.begin(), table.end(),
                             [&](const Sender& one) { return one.address == address; });
  if (sender == table.end()) {
    if (table.size() >= HeavyHitters::kKept)
      table.erase(
          std::min_element(table.begin(), table.end(), [](const Sender& a, const Sender& b) {
            return a.customers.count() < b.customers.count();
          }));
    table.push_back({address, policy::DistinctCounter(kExactMax)});
    sender = std::prev(table.end());
  }
  for (const policy::Records& records : incident.records) {
    const std::uint64_t index = quick_hash(
        {reinterpret_cast<const std::uint8_t*>(records.index.data()), records.index.size()});
    for (const auto* numbers : {&records.rows, &records.pseudonyms})
      for (const std::uint64_t number : *numbers) sender->customers.add(mix64(number ^ index));
  }
}

std::vector<TopSender> CustomerSenders::top() const {
  // The same customers may be in both tables: the larger of the two counts.
  std::vector<TopSender> all;
  for (const Sender& sender : senders_.now())
    all.push_back({sender.address, sender.customers.count()});
  for (const Sender& sender : senders_.before()) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const TopSender& one) {
      return one.address == sender.address;
    });
    if (same == all.end())
      all.push_back({sender.address, sender.customers.count()});
    else
      same->amount = std::max(same->amount, sender.customers.count());
  }
  return largest(std::move(all), kRows);
}

}  // namespace outspan::app
