#include "app/status.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "alert/format/json_body.h"
#include "alert/format/json_writer.h"

namespace outspan::app {
namespace {

/// Accounts closer together than this tell no rate.
constexpr std::chrono::milliseconds kRateOver{500};

constexpr std::size_t kSendersShown = 10;
constexpr std::size_t kSendersInText = 5;

struct Named {
  const char* name;
  const char* counter;
};

/// Where packets and events can be lost.
constexpr Named kDrops[] = {
    {"kernel", "capture.kernel_dropped"},     {"interface", "capture.interface_dropped"},
    {"left_in_ring", "capture.left_in_ring"}, {"interface_lost", "capture.interface_lost"},
    {"overload", "run.shed_packets"},         {"events", "alert.dropped"}};
constexpr Named kMemory[] = {{"content", "content.memory_bytes"},
                             {"fragments", "decode.fragment_memory_peak"},
                             {"policy", "policy.memory_bytes"},
                             {"hosts", "policy.host_memory_bytes"},
                             {"evidence", "evidence.memory_bytes"}};

std::uint64_t resident_bytes() {
  unsigned long long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%*u %llu", &pages) != 1) pages = 0;
  std::fclose(file);
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t drops_in(const Stats& stats) {
  std::uint64_t sum = 0;
  for (const Named& drop : kDrops) sum += stats.value(drop.counter);
  return sum;
}

std::uint64_t since_s(Status::Clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(Status::Clock::now() - start).count());
}

std::size_t busiest(const std::vector<unsigned>& percent) {
  return static_cast<std::size_t>(std::max_element(percent.begin(), percent.end()) -
                                  percent.begin());
}

void write_ledger(alert::JsonWriter& json, const Ledger& ledger) {
  json.begin_object("ledger");
  for (std::size_t i = 0; i < kDirections; ++i) {
    const auto direction = static_cast<Direction>(i);
    alert::write_columns(json, to_string(direction), ledger.of(direction));
  }
  json.end_object();
}

void write_output(alert::JsonWriter& json, const alert::OutputState& output) {
  json.begin_object();
  json.field("name", output.name);
  json.field("type", output.type);
  json.field("written", output.written);
  json.field("waiting", output.waiting);
  json.field("lag_ms", output.lag_ms);
  json.field("resent", output.resent);
  json.field("refused", output.refused);
  json.field("lost", output.lost);
  json.field("away", output.away);
  json.end_object();
}

void write_senders(alert::JsonWriter& json, const char* by, const char* what,
                   const std::vector<TopSender>& senders) {
  json.begin_array(by);
  for (const TopSender& sender : senders) {
    json.begin_object();
    json.field("address", sender.address.to_string());
    json.field(what, sender.amount);
    json.end_object();
  }
  json.end_array();
}

/// "10.0.0.7 12, 10.0.0.9 3"
template <class Amount>
std::string senders_text(const std::vector<TopSender>& senders, const Amount& amount) {
  std::string text;
  for (std::size_t i = 0; i < senders.size() && i < kSendersInText; ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", senders[i].address.to_string(),
                        amount(senders[i].amount));
  return text.empty() ? "none" : text;
}

}  // namespace

void Status::take(const Ledger& ledger, const Stats& stats, std::vector<alert::OutputState> outputs,
                  Senders senders) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    if (now - latest_.at >= kRateOver) before_ = std::move(latest_);
    latest_ = {now, ledger, stats};
    outputs_ = std::move(outputs);
    senders_ = {largest(std::move(senders.by_bytes), kSendersShown),
                std::move(senders.by_customers)};
  }
  news_.notify_all();
}

void Status::take(policy::Generation generation) {
  const std::lock_guard lock(mutex_);
  generation_ = generation;
}

bool Status::wait_for_news(Clock::time_point since, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return news_.wait_for(lock, patience, [&] { return latest_.at > since; });
}

Status::Rates Status::rates() const {
  Rates rates;
  if (latest_.at == Clock::time_point{}) return rates;
  const bool first = before_.at == Clock::time_point{};
  rates.seconds =
      std::chrono::duration<double>(latest_.at - (first ? started_ : before_.at)).count();
  if (rates.seconds <= 0) return rates;
  const auto grown = [this](const char* counter) {
    return static_cast<double>(latest_.stats.value(counter) - before_.stats.value(counter));
  };
  rates.packets_per_s = grown("capture.packets") / rates.seconds;
  rates.mbit_per_s = grown("capture.wire_bytes") * 8 / 1e6 / rates.seconds;
  rates.drops = drops_in(latest_.stats) - drops_in(before_.stats);
  return rates;
}

std::vector<unsigned> Status::busy_percent(const std::vector<Scheduler::Load>& shards) {
  const auto now = Clock::now();
  const double wall = std::max(std::chrono::duration<double>(now - loads_at_).count(), 1e-3);
  loads_.resize(shards.size());
  std::vector<unsigned> percent;
  for (std::size_t i = 0; i < shards.size(); ++i)
    percent.push_back(std::min(
        100U, static_cast<unsigned>(static_cast<double>(shards[i].busy_ns - loads_[i].busy_ns) /
                                    1e7 / wall)));
  loads_ = shards;
  loads_at_ = now;
  return percent;
}

std::string Status::json(const std::vector<Scheduler::Load>& shards) {
  const std::lock_guard lock(mutex_);
  const Rates now = rates();
  const auto percent = busy_percent(shards);
  const Stats& stats = latest_.stats;
  alert::JsonWriter json;
  json.begin_object();
  json.field("sensor", sensor_);
  json.field("uptime_s", since_s(started_));
  json.begin_object("generation");
  json.field("rules", std::uint64_t{generation_.rules});
  json.field("indexes", std::uint64_t{generation_.indexes});
  json.end_object();
  json.field("packets", stats.value("capture.packets"));
  json.field("bytes", stats.value("capture.wire_bytes"));
  json.begin_object("rates");
  json.field("over_ms", static_cast<std::uint64_t>(now.seconds * 1000));
  json.field("packets_per_s", static_cast<std::uint64_t>(now.packets_per_s));
  json.field("bits_per_s", static_cast<std::uint64_t>(now.mbit_per_s * 1e6));
  json.field("drops", now.drops);
  json.end_object();
  json.begin_object("drops");
  for (const Named& drop : kDrops) json.field(drop.name, stats.value(drop.counter));
  json.end_object();
  write_ledger(json, latest_.ledger);
  json.begin_object("memory_bytes");
  json.field("resident", resident_bytes());
  for (const Named& budget : kMemory) json.field(budget.name, stats.value(budget.counter));
  json.end_object();
  json.field("flows", stats.value("flow.active"));
  json.field("incidents_open", stats.value("policy.incidents_open"));
  json.begin_array("shards");
  for (std::size_t i = 0; i < shards.size(); ++i) {
    json.begin_object();
    json.field("waiting", std::uint64_t{shards[i].waiting});
    json.field("busy_percent", std::uint64_t{percent[i]});
    json.end_object();
  }
  json.end_array();
  json.field("slowest_shard", std::uint64_t{busiest(percent)});
  json.begin_object("top_senders");
  write_senders(json, "by_bytes", "bytes", senders_.by_bytes);
  write_senders(json, "by_customers", "customers", senders_.by_customers);
  json.end_object();
  json.begin_array("outputs");
  for (const alert::OutputState& output : outputs_) write_output(json, output);
  json.end_array();
  json.end_object();
  return json.text() + "\n";
}

std::string Status::line() {
  const std::lock_guard lock(mutex_);
  const Rates now = rates();
  const Stats& stats = latest_.stats;
  const std::uint64_t incidents =
      stats.value("policy.incidents") + stats.value("policy.host_incidents");
  return fmt::format("{:.0f} packets/s  {:.1f} Mbit/s  {} dropped  {} incidents ({} open)",
                     now.packets_per_s, now.mbit_per_s, drops_in(stats), incidents,
                     stats.value("policy.incidents_open"));
}

std::string Status::text(const std::vector<Scheduler::Load>& shards) {
  const std::lock_guard lock(mutex_);
  const Rates now = rates();
  const auto percent = busy_percent(shards);
  const Stats& stats = latest_.stats;
  std::string out = fmt::format("{} up {} s, rules generation {}, indexes generation {}\n", sensor_,
                                since_s(started_), generation_.rules, generation_.indexes);
  out +=
      fmt::format("packets   {} ({:.0f}/s, {:.1f} Mbit/s over {:.0f} s)\n",
                  stats.value("capture.packets"), now.packets_per_s, now.mbit_per_s, now.seconds);
  out += "drops    ";
  for (const Named& drop : kDrops)
    out += fmt::format(" {} {}", drop.name, stats.value(drop.counter));
  const Columns& outbound = latest_.ledger.of(Direction::outbound);
  out += fmt::format("\noutbound  {} bytes:", outbound.total());
  for (std::size_t column = 0; column < kColumns; ++column)
    out += fmt::format(" {} {}", to_string(static_cast<Column>(column)), outbound.bytes[column]);
  out += fmt::format("\nmemory    {} MiB resident;", resident_bytes() >> 20);
  for (const Named& budget : kMemory)
    out += fmt::format(" {} {} KiB", budget.name, stats.value(budget.counter) >> 10);
  const std::size_t slowest = busiest(percent);
  if (slowest < shards.size())
    out += fmt::format("\nshards    slowest is {}: {} % busy, {} batches wait", slowest,
                       percent[slowest], shards[slowest].waiting);
  out += "\nsending   in the last hour, by bytes: " +
         senders_text(senders_.by_bytes, [](std::uint64_t bytes) {
           return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
         });
  out += "\n          by customers: " +
         senders_text(senders_.by_customers, [](std::uint64_t customers) { return customers; });
  for (const alert::OutputState& output : outputs_)
    out += fmt::format("\noutput    {}{}: {} written, {} waiting{}, {} lost, {} refused",
                       output.name, output.away ? " (away)" : "", output.written, output.waiting,
                       output.lag_ms < 1000 ? "" : fmt::format(" for {} s", output.lag_ms / 1000),
                       output.lost, output.refused);
  return out + "\n";
}

}  // namespace outspan::app
