#include <algorithm>
#include <random>

#include "tests/flow/flow_harness.h"

namespace outspan::flow {
namespace {

using namespace tcp_flags;

struct Shape {
  const char* name;
  bool two_sided;
  int window;       // how far a segment may travel in the shuffle
  bool duplicates;  // segments again, with other cuts
};

/// A conversation of requests and answers as segments in the order they were sent.
class Conversation {
 public:
  explicit Conversation(unsigned seed) : random_(seed) {
    client_start_ =
        seed % 2 == 0 ? 0xffff'ff00u + seed % 256 : static_cast<std::uint32_t>(random_());
    server_start_ = static_cast<std::uint32_t>(random_());
  }

  void write(const Shape& shape) {
    add(true, S, client_start_, 0, {});
    if (shape.two_sided) add(false, SA, server_start_, client_start_ + 1, {});
    for (int turn = 0; turn < 6; ++turn) {
      say(true, shape);
      if (shape.two_sided) say(false, shape);
    }
    add(true, FA, sequence(true), acknowledgment(true), {});
    if (shape.two_sided) add(false, FA, sequence(false), acknowledgment(false) + 1, {});
  }

  void shuffle(int window) {
    std::vector<std::pair<std::size_t, std::size_t>> order;
    for (std::size_t i = 0; i < segments_.size(); ++i)
      order.emplace_back(i + random_() % (static_cast<std::size_t>(window) + 1), i);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Segment> shuffled;
    for (const auto& [key, i] : order) shuffled.push_back(segments_[i]);
    segments_ = shuffled;
  }

  /// Drops data segments, as a capture does; connection set-up and end stay.
  void drop(unsigned percent) {
    std::erase_if(segments_, [&](const Segment& s) {
      return s.flags == A && !s.payload.empty() && random_() % 100 < percent;
    });
  }

  void feed(Harness& harness) const {
    for (const Segment& s : segments_)
      harness.feed(tcp(s.client, s.flags, s.sequence, s.acknowledgment, s.payload));
  }
  [[nodiscard]] const std::string& stream(bool client) const { return streams_[client ? 0 : 1]; }

 private:
  struct Segment {
    bool client;
    std::uint8_t flags;
    std::uint32_t sequence;
    std::uint32_t acknowledgment;
    std::string payload;
  };

  void add(bool client, std::uint8_t flags, std::uint32_t sequence, std::uint32_t ack,
           std::string payload) {
    segments_.push_back({client, flags, sequence, ack, std::move(payload)});
  }
  [[nodiscard]] std::uint32_t sequence(bool client) const {
    return (client ? client_start_ : server_start_) + 1 +
           static_cast<std::uint32_t>(stream(client).size());
  }
  [[nodiscard]] std::uint32_t acknowledgment(bool client) const { return sequence(!client); }

  void say(bool client, const Shape& shape) {
    std::string text(random_() % 9000 + 1, '\0');
    for (char& c : text) c = static_cast<char>('a' + random_() % 26);
    const std::uint32_t start = sequence(client);
    const std::uint32_t ack = acknowledgment(client);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min<std::size_t>(random_() % 1460 + 1, text.size() - at);
      add(client, A, start + static_cast<std::uint32_t>(at), ack, text.substr(at, size));
      if (shape.duplicates && random_() % 4 == 0) {
        const std::size_t from = random_() % (at + 1);
        add(client, A, start + static_cast<std::uint32_t>(from), ack,
            text.substr(from, random_() % 4000 + 1));
      }
      at += size;
    }
    streams_[client ? 0 : 1] += text;
  }

  std::mt19937 random_;
  std::uint32_t client_start_ = 0;
  std::uint32_t server_start_ = 0;
  std::vector<Segment> segments_;
  std::array<std::string, 2> streams_;
};

const Shape kShapes[] = {
    {"in_order", true, 0, false},   {"swapped", true, 1, false},
    {"shuffled", true, 6, false},   {"shuffled_with_duplicates", true, 6, true},
    {"one_sided", false, 0, false}, {"one_sided_shuffled", false, 6, true},
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class Reassembly : public testing::TestWithParam<Shape> {};

TEST_P(Reassembly, AnyOrderGivesTheStream) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Conversation conversation(seed);
    conversation.write(GetParam());
    conversation.shuffle(GetParam().window);
    Harness harness;
    conversation.feed(harness);
    harness.finish();
    ASSERT_EQ(harness.told.size(), 1u) << seed;
    const Told& told = *harness.told[0];
    ASSERT_TRUE(told.contiguous) << seed;
    ASSERT_TRUE(told.client() == conversation.stream(true)) << seed;
    ASSERT_TRUE(told.server() == conversation.stream(false)) << seed;
    ASSERT_EQ(told.order, GetParam().two_sided ? "cscscscscscs" : "c") << seed;
    const Columns columns = harness.columns();
    ASSERT_EQ(columns[Column::inspected], columns.total()) << seed;
    ASSERT_EQ(columns.total(), told.stream[0].size() + told.stream[1].size()) << seed;
    ASSERT_TRUE(harness.anomalies.empty()) << seed;
    ASSERT_EQ(harness.stat("flow.reassembly_bytes"), 0u) << seed;
  }
}

TEST_P(Reassembly, AnyOrderCountsTheSameWhenNobodyReads) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Conversation conversation(seed);
    conversation.write(GetParam());
    conversation.shuffle(GetParam().window);
    FlowOptions options = Harness::options();
    options.inspected.fill(false);
    Harness harness(options);
    conversation.feed(harness);
    harness.finish();
    const Columns columns = harness.columns();
    ASSERT_EQ(columns.total(), conversation.stream(true).size() + conversation.stream(false).size())
        << seed;
    ASSERT_EQ(columns[Column::skipped], columns.total()) << seed;
  }
}

TEST_P(Reassembly, ASmallBudgetLosesBytesButNoneOfTheAccount) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Conversation conversation(seed);
    conversation.write(GetParam());
    conversation.shuffle(GetParam().window);
    FlowOptions options = Harness::options();
    options.flow_reassembly_bytes = 2000;
    options.reassembly_bytes = 6000;
    Harness harness(options);
    conversation.feed(harness);
    harness.finish();
    for (const Side side : {Side::client, Side::server}) {
      const std::uint64_t sent = conversation.stream(side == Side::client).size();
      const Columns& columns = harness.ended.at(0).columns[index(side)];
      ASSERT_EQ(columns.total(), sent) << seed;
      for (const auto& told : harness.sinks(false)) {
        ASSERT_TRUE(told->contiguous) << seed;
        // Duplicates that there was no memory to compare with anything are skipped.
        const std::uint64_t read = told->stream[index(side)].size();
        ASSERT_LE(columns[Column::inspected], read) << seed;
        ASSERT_GE(columns[Column::inspected] + columns[Column::skipped], read) << seed;
      }
    }
    ASSERT_LE(harness.stat("flow.reassembly_bytes_peak"), 6000u);
  }
}

// "abc[3]def" against the stream it is said to be.
bool is_stream_with_holes(const std::string& told, const std::string& stream) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i] == '[') {
      at += std::stoul(told.substr(i + 1));
      i = told.find(']', i);
    } else if (at >= stream.size() || told[i] != stream[at++]) {
      return false;
    }
  }
  return at == stream.size();
}

TEST_P(Reassembly, WhatTheCaptureDroppedIsLostAndNothingElse) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Conversation conversation(seed);
    conversation.write(GetParam());
    conversation.drop(15);
    conversation.shuffle(GetParam().window);
    Harness harness;
    conversation.feed(harness);
    harness.finish();
    for (const Side side : {Side::client, Side::server}) {
      const std::string& stream = conversation.stream(side == Side::client);
      const Columns& columns = harness.ended.at(0).columns[index(side)];
      ASSERT_EQ(columns.total(), stream.size()) << seed;
      if (harness.told.empty()) continue;
      const Told& told = *harness.told[0];
      ASSERT_TRUE(told.contiguous) << seed;
      ASSERT_TRUE(is_stream_with_holes(told.with_holes[index(side)], stream)) << seed;
      ASSERT_EQ(columns[Column::inspected], told.stream[index(side)].size()) << seed;
      ASSERT_EQ(columns[Column::lost], stream.size() - told.stream[index(side)].size()) << seed;
    }
    ASSERT_TRUE(harness.anomalies.empty()) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Reassembly, testing::ValuesIn(kShapes),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace outspan::flow
