#include "app/live_outputs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "alert/output/make_output.h"
#include "config/config_file.h"

namespace outspan::app {
namespace {

/// All that an output is made of, as text.
std::string text_of(const config::Output& output, const config::Config& config) {
  config::Config only = config::default_config();
  only.events = config.events;
  only.syslog = config.syslog;
  only.outputs = {output};
  return config::to_yaml(only);
}

bool has_name(const config::Config& config, const std::string& name) {
  return std::any_of(
      config.outputs.begin(), config.outputs.end(),
      [&name](const config::Output& output) { return config::output_name(output) == name; });
}

bool has(const config::Config& config, const std::string& text) {
  return std::any_of(config.outputs.begin(), config.outputs.end(),
                     [&](const config::Output& output) { return text_of(output, config) == text; });
}

}  // namespace

struct LiveOutputs::Change {
  std::shared_ptr<config::Config> config = std::make_shared<config::Config>();  // what runs then
  Outputs opened;                                                               // new ones
  std::vector<std::string> names;                                               // of those that end
  std::vector<std::string> gone;  // those of them that do not come again
  std::vector<const config::Output*>
      come_again;  // once the old ones have ended: they share a cursor
  Outputs ended;
};

LiveOutputs::LiveOutputs(const config::Config& config, const Receivers& receivers,
                         const std::atomic<bool>& stopping)
    : config_(config),
      spool_(receivers.spool.get()),
      spool_output_(receivers.spool_output),
      metrics_(receivers.metrics),
      stopping_(stopping) {}

Result<Reloader::OutputChange> LiveOutputs::open(const config::Config& wanted, Delivery& delivery,
                                                 const Tell& tell) {
  auto change = std::make_shared<Change>();
  *change->config = config_;
  change->config->outputs = wanted.outputs;
  change->config->events = wanted.events;
  change->config->syslog = wanted.syslog;
  Problems problems;
  compare(wanted, *change, problems);
  if (!problems.empty()) {
    forget_new(*change);
    return problems;
  }
  return Reloader::OutputChange{
      [this, change, &delivery] { begin(*change, delivery); },
      [this, change, &delivery, tell] { finish(*change, delivery, tell); }};
}

void LiveOutputs::compare(const config::Config& wanted, Change& change, Problems& problems) const {
  for (config::Output& output : change.config->outputs) {
    if (has(config_, text_of(output, wanted))) continue;
    output.append = true;  // what was written before the reload stays
    const std::string name = config::output_name(output);
    const bool known = has_name(config_, name);
    if (known) change.names.push_back(name);
    const bool later = known && spool_ != nullptr;
    auto opened = alert::make_output(
        output, *change.config,
        {later ? nullptr : spool_, true, stopping_, std::chrono::milliseconds(later ? 1 : 0)});
    if (!opened)
      problems.insert(problems.end(), opened.problems().begin(), opened.problems().end());
    else if (later)
      change.come_again.push_back(&output);
    else
      change.opened.push_back(std::move(*opened));
  }
  for (const config::Output& output : config_.outputs)
    if (const std::string name = config::output_name(output); !has_name(wanted, name)) {
      change.names.push_back(name);
      change.gone.push_back(name);
    }
}

/// They were opened and will not be: the spool keeps nothing for them.
void LiveOutputs::forget_new(Change& change) const {
  for (auto& output : change.opened) {
    const std::string name = output->state().name;
    output.reset();
    if (spool_ != nullptr) spool_->forget(name);
  }
}

/// Takes those that end out and puts the others in, between two events.
void LiveOutputs::attach(Outputs opened, const std::vector<std::string>& names, Delivery& delivery,
                         Outputs& ended) {
  delivery.change_outputs([&](Outputs& outputs) {
    for (const std::string& name : names) {
      const auto found = std::find_if(outputs.begin(), outputs.end(), [&name](const auto& output) {
        return output->state().name == name;
      });
      if (found == outputs.end()) continue;
      ended.push_back(std::move(*found));
      outputs.erase(found);
    }
    for (auto& output : opened) outputs.push_back(std::move(output));
    if (spool_output_ != nullptr) spool_output_->keep_for(config_);
    if (metrics_ == nullptr) return;
    std::vector<const alert::Output*> shown;
    for (const auto& output : outputs)
      if (output.get() != metrics_) shown.push_back(output.get());
    metrics_->show(std::move(shown));
  });
}

void LiveOutputs::begin(Change& change, Delivery& delivery) {
  config_ = *change.config;
  for (const auto& output : change.opened) used_[output.get()] = change.config;
  attach(std::move(change.opened), change.names, delivery, change.ended);
}

void LiveOutputs::finish(Change& change, Delivery& delivery, const Tell& tell) {
  for (const auto& output : change.ended) output->end();
  for (const auto& output : change.ended) {
    output->finish();
    const alert::OutputState state = output->state();
    const bool gone =
        std::find(change.gone.begin(), change.gone.end(), state.name) != change.gone.end();
    // One that comes again finds them in the spool, if there is one.
    if ((gone || spool_ == nullptr) && state.waiting != 0)
      tell({"output_undelivered", state.name + ": ended by a reload; " +
                                      std::to_string(state.waiting) + " events did not reach it"});
  }
  for (auto& output : std::exchange(change.ended, {})) {
    const alert::Output* const was = output.get();
    output.reset();
    used_.erase(was);
  }
  if (spool_ != nullptr)
    for (const std::string& name : change.gone) spool_->forget(name);
  for (const config::Output* output : change.come_again) {
    auto opened = alert::make_output(*output, *change.config, {spool_, true, stopping_, {}});
    if (opened) {
      used_[opened->get()] = change.config;
      Outputs one;
      one.push_back(std::move(*opened));
      attach(std::move(one), {}, delivery, change.ended);
      continue;
    }
    // It could be opened a moment ago.
    for (const Problem& problem : opened.problems())
      tell({"output_not_opened", problem.to_string() + "; its events wait in the spool"});
    std::erase_if(config_.outputs, [output](const config::Output& other) {
      return config::output_name(other) == config::output_name(*output);
    });
  }
}

}  // namespace outspan::app
