#include "app/reloader.h"

#include <atomic>
#include <cstdio>
#include <exception>
#include <map>
#include <sstream>
#include <utility>

#include "app/pipeline.h"
#include "config/config_file.h"
#include "core/terminal_line.h"

namespace outspan::app {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);
constexpr auto kAskedInterval = std::chrono::milliseconds(50);

std::atomic<bool> asked{false};

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

std::string indexes_of(const Search& search) {
  std::vector<std::string> names;
  for (const policy::IndexLabel& label : *search.basis->labels)
    names.push_back(label.name + " of " + label.built_at);
  return joined(names);
}

std::string what_is_in_force(const Search& search, const std::vector<std::string>& for_restart) {
  const policy::Basis& basis = *search.basis;
  std::string text = "generation " + std::to_string(basis.generation.rules) + " of rules (" +
                     std::to_string(basis.rules.size()) + ") and signatures (" +
                     std::to_string(basis.names.size()) + ") and generation " +
                     std::to_string(basis.generation.indexes) + " of indexes (" +
                     std::to_string(basis.labels->size()) +
                     (basis.labels->empty() ? "" : ": " + indexes_of(search)) +
                     ") are in force in every shard";
  text += "; " + std::to_string(search.home_networks.prefixes().size()) + " home networks";
  if (!for_restart.empty())
    text += "; changed as well, but only a restart will put it in force: " + joined(for_restart);
  return text;
}

/// By the first line of each section.
std::map<std::string, std::string> sections(const std::string& yaml) {
  std::map<std::string, std::string> all;
  std::istringstream lines(yaml);
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') name = line.substr(0, line.find(':'));
    all[name] += line + '\n';
  }
  return all;
}

}  // namespace

std::vector<std::string> settings_for_restart(const config::Config& runs, config::Config wanted) {
  wanted.rules = runs.rules;
  wanted.builtin_rules = runs.builtin_rules;
  wanted.signatures = runs.signatures;
  wanted.fingerprints = runs.fingerprints;
  wanted.countries = runs.countries;
  wanted.home_networks = runs.home_networks;
  wanted.syslog = runs.syslog;
  std::vector<std::string> names;
  // They are not made where nobody wants them.
  for (const char* type : {"flow", "object"})
    if (wants(wanted, type) && !wants(runs, type))
      names.push_back(std::string("events of type ") + type);
  wanted.events = runs.events;
  wanted.outputs = runs.outputs;
  const auto before = sections(config::to_yaml(runs));
  const auto after = sections(config::to_yaml(wanted));
  for (const auto& [name, text] : after)
    if (const auto found = before.find(name); found == before.end() || found->second != text)
      names.push_back(name);
  return names;
}

Reloader::Reloader(const config::Config& config, SearchLoader loader, SearchPtr in_use,
                   Sensor sensor)
    : config_(config),
      loader_(std::move(loader)),
      in_use_(std::move(in_use)),
      sensor_(std::move(sensor)),
      // Not what is there now: it may have been replaced since it was read.
      tried_(in_use_->files),
      seen_(tried_),
      thread_([this] { watch(); }) {}

void Reloader::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Reloader::ask() noexcept { asked.store(true); }

Reloader::Answer Reloader::reload(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = answers_;
  ask();
  changed_.wait_for(lock, patience, [&] { return ended_ || answers_ != before; });
  if (answers_ != before) return answer_;
  return {false, {ended_ ? "the sensor ends" : "it takes long; a notice will say how it went"}};
}

void Reloader::answer(Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    ++answers_;
  }
  changed_.notify_all();
}

void Reloader::in_force(const Search& search) {
  if (search.notice.kind == "reloaded") answer({true, {search.notice.detail}});
}

void Reloader::watch() noexcept {
  auto look_next = std::chrono::steady_clock::now() + kInterval;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kAskedInterval, [this] { return ended_; })) {
    lock.unlock();
    const bool wanted = asked.exchange(false);
    try {
      if (wanted) reload_all();
      if (std::chrono::steady_clock::now() >= look_next) {
        look();
        look_next = std::chrono::steady_clock::now() + kInterval;
      }
    } catch (const std::exception& problem) {
      // No memory for a second index, most likely.
      const Problems problems{{"", problem.what()}};
      if (wanted)
        refuse_reload(problems);
      else
        refuse("fingerprints_refused", problems);
    }
    lock.lock();
  }
}

void Reloader::look() {
  const IndexFiles files = loader_.files();
  const bool settled = files == seen_;
  seen_ = files;
  // Somebody may still be copying it: only what has not changed for a second is read.
  if (files == tried_ || !settled) return;
  tried_ = files;
  refresh();
}

/// The sentences that were reported.
std::vector<std::string> Reloader::refuse(const char* kind, const Problems& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) {
    lines.push_back(problem.to_string());
    const terminal_line::Aside aside;
    std::fprintf(stderr, "outspan: %s: %s; what is in use stays\n", kind, lines.back().c_str());
    sensor_.tell({kind, lines.back() + "; what is in use stays"});
  }
  return lines;
}

void Reloader::refuse_reload(const Problems& problems) {
  answer({false, refuse("reload_refused", problems)});
}

void Reloader::refresh() {
  auto search = loader_.load(in_use_.get());
  if (!search) {
    refuse("fingerprints_refused", search.problems());
    return;
  }
  auto fresh = std::make_shared<Search>(**search);
  fresh->notice = {"fingerprints_refreshed", indexes_of(*fresh)};
  in_use_ = fresh;
  sensor_.use(fresh);
}

void Reloader::reload_all() {
  tried_ = seen_ = loader_.files();  // what is refused now is not tried again by itself
  const auto config = sensor_.read_config();
  if (!config) return refuse_reload(config.problems());
  auto loader = SearchLoader::open(*config);
  if (!loader) return refuse_reload(loader.problems());
  auto search = loader->load(in_use_.get());
  if (!search) return refuse_reload(search.problems());
  auto outputs = sensor_.open_outputs(*config);
  if (!outputs) return refuse_reload(outputs.problems());
  auto fresh = std::make_shared<Search>(**search);
  fresh->notice = {"reloaded", what_is_in_force(*fresh, settings_for_restart(config_, *config))};
  loader_ = std::move(*loader);
  tried_ = seen_ = fresh->files;
  in_use_ = fresh;
  outputs->begin();
  sensor_.use(fresh);
  outputs->finish();
}

}  // namespace outspan::app
