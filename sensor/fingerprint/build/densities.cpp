#include "fingerprint/build/densities.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "fingerprint/build/phone_source.h"

namespace outspan::fingerprint {
namespace {

/// The share of a space that is taken, as its average customer sees it.
class Share {
 public:
  void add(std::uint64_t count, double space) noexcept {
    add_share(count, space > 0 ? static_cast<double>(count) / space : 0);
  }
  void add_share(std::uint64_t count, double share) noexcept {
    sum_ += static_cast<double>(count) * std::min(1.0, share);
    all_ += static_cast<double>(count);
  }
  [[nodiscard]] double value() const noexcept { return all_ > 0 ? sum_ / all_ : 0; }

 private:
  double sum_ = 0, all_ = 0;
};

/// Calls `use(first, last)` for each run of equal keys; `beginnings` ascend.
template <class KeyOf, class Use>
void each_run(const std::vector<std::uint64_t>& beginnings, KeyOf key_of, Use use) {
  for (std::size_t first = 0; first < beginnings.size();) {
    std::size_t last = first + 1;
    while (last < beginnings.size() && key_of(beginnings[last]) == key_of(beginnings[first]))
      ++last;
    use(first, last);
    first = last;
  }
}

/// Numbers that differ in their last digits only, and how many customers among them say that such a
/// block is fuller than its region.
struct Block {
  std::uint64_t divisor;  ///< of PhoneSource::beginning()
  double numbers;
  std::size_t customers_min;
};
constexpr Block kBlocks[] = {{1, 1e2, 10}, {10, 1e3, 50}, {100, 1e4, 200}};

/// The first four digits.
std::uint64_t region_of(std::uint64_t beginning) noexcept {
  while (beginning >= 10'000) beginning /= 10;
  return beginning;
}

void set_phone_densities(Column& column, const ColumnFindings& found) {
  std::vector<std::uint64_t> beginnings = found.beginnings;
  std::sort(beginnings.begin(), beginnings.end());
  std::vector<double> near(beginnings.size());  // how likely a neighbour is a customer as well
  std::map<std::size_t, std::uint64_t> codes;
  each_run(beginnings, region_of, [&](std::size_t first, std::size_t last) {
    const std::string digits = std::to_string(region_of(beginnings[first]));
    codes[PhoneSource::calling_code(digits)] += last - first;
    const double share =
        static_cast<double>(last - first) / std::max(1.0, PhoneSource::space(digits));
    std::fill(near.begin() + static_cast<std::ptrdiff_t>(first),
              near.begin() + static_cast<std::ptrdiff_t>(last), share);
  });
  for (const Block& block : kBlocks) {
    const auto block_of = [&block](std::uint64_t beginning) { return beginning / block.divisor; };
    each_run(beginnings, block_of, [&](std::size_t first, std::size_t last) {
      if (last - first < block.customers_min) return;
      const double others = static_cast<double>(last - first - 1) / block.numbers;
      for (std::size_t i = first; i < last; ++i) near[i] = std::max(near[i], others);
    });
  }
  Share countries, neighbours;
  for (const auto& [code, count] : codes)
    countries.add(count, PhoneSource::space(std::to_string(code)));
  for (const double share : near) neighbours.add_share(1, share);
  column.density = countries.value();
  column.own_density = std::max(column.density, neighbours.value());
}

void set_ticket_densities(Column& column, const ColumnFindings& found,
                          const std::vector<FormatCounts::Chosen>& formats) {
  Share all, near;
  for (const auto& format : formats)
    all.add(format.cells, TicketFormat::parse("", format.format)->space());
  std::vector<std::uint64_t> beginnings = found.beginnings;
  std::sort(beginnings.begin(), beginnings.end());
  each_run(
      beginnings, [](std::uint64_t beginning) { return beginning; },
      [&](std::size_t first, std::size_t last) {
        const auto further = TicketBeginning::further_digits(beginnings[first]);
        near.add(last - first, std::pow(10.0, static_cast<double>(further)));
      });
  column.density = all.value();
  column.own_density = std::max(column.density, near.value());
}

}  // namespace

void set_densities(Column& column, const ColumnFindings& found,
                   const std::vector<FormatCounts::Chosen>& formats) {
  if (column.type == ColumnType::phone) set_phone_densities(column, found);
  if (column.type == ColumnType::ticket) set_ticket_densities(column, found, formats);
}

}  // namespace outspan::fingerprint
