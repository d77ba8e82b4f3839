#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "alert/format/json_format.h"
#include "alert/output/make_output.h"
#include "alert/output/spool_output.h"
#include "tests/alert/samples.h"
#include "tests/support/temporary_folder.h"

/// Outputs as a run makes them.
namespace outspan::alert {

inline const std::atomic<bool>& not_stopping() {
  static const std::atomic<bool> never{false};
  return never;
}

inline std::unique_ptr<Output> open_output(
    const config::Output& output, const config::Config& config, spool::Spool* spool = nullptr,
    bool live = false, std::chrono::milliseconds patience = std::chrono::milliseconds(400)) {
  auto made = make_output(output, config, {spool, live, not_stopping(), patience});
  EXPECT_TRUE(made.ok()) << made.problems()[0].to_string();
  return made.ok() ? std::move(*made) : nullptr;
}

inline config::Output syslog_to(std::string url) {
  config::Output output;
  output.type = config::OutputType::syslog;
  output.format = config::EventFormat::syslog;
  output.url = std::move(url);
  return output;
}

/// Brings an output to its end as a run does. Its problem; empty: all was delivered.
inline std::string ended(Output& output) {
  output.end();
  output.finish();
  return output.take_problem();
}

inline Event numbered(int number) {
  Event event = sample_alert();
  auto& incident = std::get<policy::Incident>(event.body);
  incident.id = std::to_string(100000 + number);
  event.id = incident.id + "-new-0";
  return event;
}

/// For what has to happen: long, since others may use the machine as well.
inline constexpr std::chrono::seconds kPatience{30};

template <class Condition>
bool within(std::chrono::milliseconds limit, Condition condition) {
  for (const auto end = std::chrono::steady_clock::now() + limit;;
       std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    if (condition()) return true;
    if (std::chrono::steady_clock::now() > end) return false;
  }
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A spool with the output that fills it.
struct SpoolOf {
  explicit SpoolOf(const std::filesystem::path& folder, const config::Config& config,
                   spool::Options options = {}) {
    options.sync = spool::Sync::never;
    auto opened = spool::Spool::open(folder, options);
    EXPECT_TRUE(opened.ok());
    spool = std::move(*opened);
    output = std::make_unique<SpoolOutput>(*spool, config);
  }
  void write(const Event& event) {
    output->write(event);
    output->flush();
  }
  std::unique_ptr<spool::Spool> spool;
  std::unique_ptr<SpoolOutput> output;
};

}  // namespace outspan::alert
