#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>

#include "access/access_records.h"
#include "app/commands.h"
#include "app/problems.h"
#include "config/config_file.h"
#include "core/time.h"

namespace outspan::app {
namespace {

using access::DayNumber;
using access::History;
using access::Puller;

/// Columns of the bars of `explain`.
constexpr std::uint64_t kBarWidth = 50;
/// For how long `expect` proposes to expect it.
constexpr DayNumber kExpectedDays = 28;

std::string date(DayNumber day) {
  return to_rfc3339(Timestamp(std::chrono::hours(24) * day)).substr(0, 10);
}

std::string name_of(const access::Identity& identity) {
  std::string name = identity.address.to_string();
  if (!identity.user.empty()) name += " user " + identity.user;
  if (!identity.host.empty()) name += " host " + identity.host;
  return name;
}

/// The best name of a puller, as a pattern that fits nobody else.
std::string pattern_for(const access::Identity& identity) {
  for (const std::string& name : {identity.user, identity.host})
    if (!name.empty() && name.find('*') == std::string::npos) return name;
  return identity.address.to_string();
}

/// What `live` or `access learn` has kept.
Result<access::Watch> stored_watch(const AccessOptions& options) {
  config::Config config = config::default_config();
  if (!options.config_file.empty()) {
    auto loaded = config::load_config(options.config_file);
    if (!loaded) return loaded.problems();
    config = std::move(*loaded);
  }
  const std::string folder =
      options.state_folder.empty() ? config.state_folder : options.state_folder;
  if (folder.empty())
    return Problem{"access",
                   "nothing says where the state is: give --state DIR, or --config FILE "
                   "with state.folder"};
  if (std::error_code error; !std::filesystem::exists(folder + "/windows.sqlite", error))
    return Problem{folder, "there is no state of a sensor here"};
  auto store = policy::WindowStore::open(folder);
  if (!store) return store.problems();
  access::Watch watch(access::watch_options(config, {}));
  for (const policy::WindowStore::Item& item : (*store)->all())
    if (item.key.starts_with(policy::kAccessKeys))
      watch.restore(std::string_view(item.key).substr(policy::kAccessKeys.size()), item.value);
  watch.take_measure();
  return watch;
}

void print_puller(const access::Watch& watch, const Puller& puller) {
  const access::Peers::Group& group = watch.peers().of(puller);
  std::string notes = puller.normal.machine ? " (machine)" : "";
  if (!puller.alarm.id.empty()) notes += ", alarm " + puller.alarm.id;
  std::printf("%-40s %6zu %8llu %8llu %8llu %8llu  %s%s\n", name_of(puller.identity).c_str(),
              puller.history.days().size(), static_cast<unsigned long long>(puller.window.day()),
              static_cast<unsigned long long>(puller.normal.day_high),
              static_cast<unsigned long long>(puller.normal.week_high),
              static_cast<unsigned long long>(group.day_p90), group.name.c_str(), notes.c_str());
}

void print_day(const std::string& day, std::uint64_t customers, std::uint64_t most, bool marked) {
  const std::uint64_t width = most == 0 ? 0 : customers * kBarWidth / most;
  std::printf("%s %8llu %s%s\n", day.c_str(), static_cast<unsigned long long>(customers),
              std::string(width, '#').c_str(), marked ? " out of the ordinary" : "");
}

void print_days(const Puller& puller, DayNumber today) {
  std::uint64_t most = puller.window.day();
  for (const History::Day& day : puller.history.days())
    most = std::max<std::uint64_t>(most, day.customers);
  for (const History::Day& day : puller.history.days())
    print_day(date(day.day), day.customers, most, day.out_of_ordinary);
  print_day(date(today), puller.window.day(), most, puller.today.out_of_ordinary);
}

/// Of the last alarm of some puller; nullptr: nobody had this one last.
const Puller* puller_of(const access::Watch& watch, const std::string& incident) {
  for (const Puller* puller : watch.pullers())
    if (!puller->alarm.id.empty() && puller->alarm.id == incident) return puller;
  std::fprintf(
      stderr,
      "outspan: no puller's latest alarm is %s: it may be older than a week, or of another "
      "sensor\n",
      incident.c_str());
  return nullptr;
}

}  // namespace

int access_list(const AccessOptions& options) {
  const auto watch = stored_watch(options);
  if (!watch) return print_problems(watch.problems()), exit_status::kUsage;
  const std::uint64_t days = watch->today() - watch->first_day();
  std::printf(
      "%zu pullers; learned from %s to %s (%llu days); an alarm needs %.2f times the usual\n\n",
      watch->pullers().size(), date(watch->first_day()).c_str(), date(watch->today()).c_str(),
      static_cast<unsigned long long>(days), watch->needed());
  std::printf("%-40s %6s %8s %8s %8s %8s  %s\n", "puller", "days", "today", "highest", "7 days",
              "peers", "compared with");
  for (const Puller* puller : watch->pullers()) print_puller(*watch, *puller);
  return exit_status::kEnd;
}

int access_explain(const AccessOptions& options) {
  const auto watch = stored_watch(options);
  if (!watch) return print_problems(watch.problems()), exit_status::kUsage;
  const Puller* puller = puller_of(*watch, options.incident);
  if (puller == nullptr) return exit_status::kUsage;
  const access::Peers::Group& group = watch->peers().of(*puller);
  std::printf("%s\n", name_of(puller->identity).c_str());
  std::printf("known since %s; its highest day is %llu, its highest 7 days are %llu\n",
              date(puller->first_day).c_str(),
              static_cast<unsigned long long>(puller->normal.day_high),
              static_cast<unsigned long long>(puller->normal.week_high));
  std::printf("%zu in its group (%s): nine of ten never had more than %llu a day, %llu in 7 days\n",
              group.members, group.name.c_str(), static_cast<unsigned long long>(group.day_p90),
              static_cast<unsigned long long>(group.week_p90));
  for (const access::Uses::Use& use : puller->uses.all())
    std::printf("source %s, program %s: %u days since %s\n",
                watch->names().text(use.source).c_str(),
                watch->names().text(use.program).empty() ? "unknown"
                                                         : watch->names().text(use.program).c_str(),
                unsigned{use.days}, date(use.first).c_str());
  std::printf("\ncustomers a day\n");
  print_days(*puller, puller->window.today());
  return exit_status::kEnd;
}

int access_expect(const AccessOptions& options) {
  const auto watch = stored_watch(options);
  if (!watch) return print_problems(watch.problems()), exit_status::kUsage;
  const Puller* puller = puller_of(*watch, options.incident);
  if (puller == nullptr) return exit_status::kUsage;
  config::AccessExpected expected;
  expected.puller = pattern_for(puller->identity);
  if (puller->today.sources_used == 1)
    expected.source = watch->names().text(puller->today.sources[0]);
  expected.until_text = date(watch->today() + kExpectedDays);
  std::printf(
      "# Write this into the configuration, with the last day that you expect it, and start "
      "the sensor anew:\naccess:\n  expected:%s\n",
      config::expected_text(expected).c_str());
  return exit_status::kEnd;
}

}  // namespace outspan::app
