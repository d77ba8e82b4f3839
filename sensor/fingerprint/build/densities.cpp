#include "fingerprint/build/densities.h"

#include <cmath>
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

/// Fewer customers in one exchange say nothing about how full it is.
constexpr std::uint64_t kExchangeMin = 100;
/// What is left of PhoneSource::beginning() without its last three digits tells regions apart.
constexpr std::uint32_t kRegion = 1000;

/// Calls `use(beginning, count)` for each one, ascending.
template <class Use>
void each_beginning(std::vector<std::uint32_t> beginnings, std::uint32_t divisor, Use use) {
  for (std::uint32_t& beginning : beginnings) beginning /= divisor;
  std::sort(beginnings.begin(), beginnings.end());
  for (auto first = beginnings.begin(); first != beginnings.end();) {
    const auto last = std::upper_bound(first, beginnings.end(), *first);
    use(*first, static_cast<std::uint64_t>(last - first));
    first = last;
  }
}

void set_phone_densities(Column& column, const ColumnFindings& found) {
  std::map<std::size_t, std::uint64_t> codes;
  std::map<std::uint32_t, double> regions;
  each_beginning(found.beginnings, kRegion, [&](std::uint32_t region, std::uint64_t count) {
    const std::string digits = std::to_string(region);
    codes[PhoneSource::calling_code(digits)] += count;
    regions[region] = static_cast<double>(count) / std::max(1.0, PhoneSource::space(digits));
  });
  Share countries, exchanges;
  for (const auto& [code, count] : codes)
    countries.add(count, PhoneSource::space(std::to_string(code)));
  each_beginning(found.beginnings, 1, [&](std::uint32_t exchange, std::uint64_t count) {
    const double numbers = PhoneSource::space(std::to_string(exchange));
    const double region = regions[exchange / kRegion];
    const double own =
        count >= kExchangeMin && numbers > 0 ? static_cast<double>(count) / numbers : 0;
    exchanges.add_share(count, std::max(region, own));
  });
  column.density = countries.value();
  column.own_density = std::max(column.density, exchanges.value());
}

void set_ticket_densities(Column& column, const ColumnFindings& found,
                          const std::vector<FormatCounts::Chosen>& formats) {
  Share all, near;
  for (const auto& format : formats)
    all.add(format.cells, TicketFormat::parse("", format.format)->space());
  each_beginning(found.beginnings, 1, [&near](std::uint32_t beginning, std::uint64_t count) {
    near.add(count, std::pow(10.0, TicketBeginning::further_digits(beginning)));
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
