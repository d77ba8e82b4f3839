#include "core/time.h"

namespace outspan {
namespace {

TEST(Time, Rfc3339WithNineDigits) {
  struct Row {
    std::int64_t ns;
    const char* text;
  };
  for (const Row& row :
       {Row{0, "1970-01-01T00:00:00.000000000Z"},
        Row{1'769'903'999'000'000'001, "2026-01-31T23:59:59.000000001Z"},
        Row{951'782'400'000'000'000, "2000-02-29T00:00:00.000000000Z"},
        Row{-1, "1969-12-31T23:59:59.999999999Z"}, Row{INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        Row{INT64_MIN, "1677-09-21T00:12:43.145224192Z"}})
    EXPECT_EQ(to_rfc3339(timestamp_from_ns(row.ns)), row.text);
}

TEST(Time, ReadsWhatItWritesAndLess) {
  struct Row {
    const char* text;
    std::optional<std::int64_t> ns;
  };
  for (const Row& row :
       {Row{"2026-01-31T23:59:59.000000001Z", 1'769'903'999'000'000'001},
        Row{"2026-01-31T23:59:59.5", 1'769'903'999'500'000'000},
        Row{"2026-01-31 23:59:59", 1'769'903'999'000'000'000},
        Row{"2026-01-31T23:59Z", 1'769'903'940'000'000'000},
        Row{"2000-02-29", 951'782'400'000'000'000}, Row{"2001-02-29", {}}, Row{"2026-13-01", {}},
        Row{"2026-01-31T24:00", {}}, Row{"2026-01-31T", {}}, Row{"2026-01-31T23", {}},
        Row{"2026-1-31", {}}, Row{"yesterday", {}}, Row{"2026-01-31T23:59:59+01:00", {}},
        Row{"9999-01-01", {}}, Row{"", {}}}) {
    const auto time = parse_rfc3339(row.text);
    ASSERT_EQ(time.has_value(), row.ns.has_value()) << row.text;
    EXPECT_EQ(time ? time->time_since_epoch().count() : 0, row.ns.value_or(0)) << row.text;
  }
}

}  // namespace
}  // namespace outspan
