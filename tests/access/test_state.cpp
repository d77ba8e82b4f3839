#include <gtest/gtest.h>

#include <map>

#include "office.h"

namespace outspan::access {
namespace {

using Store = std::map<std::string, std::vector<std::uint8_t>, std::less<>>;

void save(Watch& watch, Store& store) {
  watch.take_changes(
      [&store](std::string_view key, Bytes value) {
        store[std::string(key)] = {value.begin(), value.end()};
      },
      [&store](std::string_view key) { store.erase(std::string(key)); });
}

Watch restarted(const Store& store) {
  Watch watch{WatchOptions()};
  for (const auto& [key, value] : store) EXPECT_TRUE(watch.restore(key, value)) << key;
  return watch;
}

/// What one who takes more every day sets off, with a restart before some of the hours.
std::vector<std::string> alarms(unsigned restart_every) {
  Office office;
  Store store;
  std::vector<std::string> all;
  unsigned hours = 0;
  for (unsigned day = 0; day < 42; ++day) {
    office.work(day, day + 1, 8, 40);
    for (unsigned hour = 10; is_working_day(day) && hour < 14; ++hour) {
      if (restart_every != 0 && ++hours % restart_every == 0) {
        save(office.watch, store);
        office.watch = restarted(store);
      }
      for (const Finding& finding : office.pull("user1", day, hour, day < 25 ? 5 : (day - 24) * 30,
                                                "crm-db", day == 30 ? "mysqldump" : "CrmClient"))
        all.push_back(finding.id + " " + std::to_string(finding.sequence) + " " +
                      sentence(finding));
    }
  }
  return all;
}

TEST(State, ARestartChangesNothing) {
  const auto without = alarms(0);
  ASSERT_GE(without.size(), 3u);
  for (const unsigned every : {1, 7, 20}) EXPECT_EQ(alarms(every), without) << every;
}

TEST(State, OnlyWhatChangedIsStored) {
  Office office;
  office.work(0, 1, 8, 40);
  Store store;
  save(office.watch, store);
  EXPECT_EQ(store.size(), 9u);
  Store later;
  office.pull("user1", 0, 9, 1, "crm-db", "CrmClient", 8);
  save(office.watch, later);
  EXPECT_EQ(later.size(), 2u);
}

TEST(State, WhoIsForgottenIsRemoved) {
  WatchOptions options;
  options.pullers_max = 3;
  Office office(std::move(options));
  Store store;
  for (unsigned one = 0; one < 9; ++one) {
    office.pull("user" + std::to_string(one), 0, 9, 1);
    save(office.watch, store);
  }
  EXPECT_EQ(store.size(), 4u);
}

TEST(State, WhoWasSilentForLongestGoesFirstAfterARestart) {
  Office office;
  office.pull("b", 0, 9, 1);
  office.pull("a", 1, 9, 1);
  Store store;
  save(office.watch, store);
  WatchOptions options;
  options.pullers_max = 2;
  Watch restored(std::move(options));
  for (const auto& [key, value] : store) EXPECT_TRUE(restored.restore(key, value));
  office.watch = std::move(restored);
  office.pull("c", 1, 10, 1);
  std::vector<std::string> left;
  for (const Puller* puller : office.watch.pullers()) left.push_back(puller->identity.user);
  EXPECT_EQ(left, (std::vector<std::string>{"a", "c"}));
}

TEST(State, DaysThatHaveNotComeYetAreNotUsed) {
  Office office;
  for (unsigned day = 10; day < 12; ++day) office.pull("user1", day, 9, 10);
  Store store;
  save(office.watch, store);
  store.erase("meta");
  office.watch = restarted(store);
  for (unsigned hour = 9; hour < 12; ++hour) office.pull("user2", 5, hour, 1);
  const Puller& user1 = *office.watch.pullers().front();
  EXPECT_EQ(user1.identity.user, "user1");
  EXPECT_TRUE(user1.history.days().empty());
  EXPECT_EQ(user1.window.week(), 0u);
}

TEST(State, NamesAreGoneOnceThereArePseudonyms) {
  Office office;
  for (unsigned day = 0; day < 6; ++day) office.pull("jdoe", day, 9, 10);
  Store store;
  save(office.watch, store);
  WatchOptions options;
  options.pseudonym = [](std::string_view user) {
    return user.starts_with("user-") ? std::string(user) : "user-" + std::to_string(user.size());
  };
  for (int restarts = 0; restarts < 2; ++restarts) {
    Watch watch(options);
    for (const auto& [key, value] : store) EXPECT_TRUE(watch.restore(key, value)) << key;
    save(watch, store);
    EXPECT_EQ(store.size(), 2u);
    for (const auto& [key, value] : store) {
      EXPECT_EQ(key.find("jdoe"), std::string::npos);
      EXPECT_EQ(as_text(Bytes(value)).find("jdoe"), std::string::npos);
    }
    ASSERT_EQ(watch.pullers().size(), 1u);
    EXPECT_EQ(watch.pullers()[0]->history.days().size(), 5u);
  }
}

TEST(State, ADayAfterAWrongClockIsKept) {
  Office office;
  for (const unsigned day : {10, 14, 10, 11}) office.pull("user1", day, 9, 10);
  Store store;
  save(office.watch, store);
  EXPECT_EQ(restarted(store).pullers().size(), 1u);
}

TEST(State, WhatIsReadFitsIntoTheMemory) {
  Office office;
  for (unsigned one = 0; one < 20; ++one) office.pull("user" + std::to_string(one), 0, 9, 2000);
  Store store;
  save(office.watch, store);
  WatchOptions options;
  options.memory_max_bytes = 100'000;
  Watch watch(std::move(options));
  for (const auto& [key, value] : store) watch.restore(key, value);
  Stats stats;
  watch.report(stats);
  EXPECT_LE(stats.value("access.memory_bytes"), 100'000u);
  EXPECT_GT(stats.value("access.pullers"), 0u);
  EXPECT_EQ(stats.value("access.pullers") + stats.value("access.not_restored"), 20u);
}

TEST(State, WhatMakesNoSenseIsLeftOut) {
  Office office;
  office.pull("user1", 0, 9, 10);
  Store store;
  save(office.watch, store);
  const auto& [key, value] = *store.rbegin();
  for (std::size_t size = 0; size < value.size(); ++size) {
    Watch watch{WatchOptions()};
    EXPECT_FALSE(watch.restore(key, Bytes(value).first(size))) << size;
    EXPECT_TRUE(watch.pullers().empty());
  }
  EXPECT_FALSE(Watch(WatchOptions()).restore("puller\nuser\nsomebody", value));
}

}  // namespace
}  // namespace outspan::access
