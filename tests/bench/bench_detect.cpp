// The detect stage: the whole path of a window, the parts of it, and Hyperscan alone over the same
// text with the same database.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "core/hash.h"
#include "core/ledger.h"
#include "detect/builtin.h"
#include "detect/digit_masks.h"
#include "detect/masker.h"
#include "detect/scanner.h"
#include "tests/support/windows.h"

namespace outspan::detect {
namespace {

constexpr std::size_t kWindowBytes = 16384;
constexpr std::size_t kAroundBytes = 512;
constexpr std::size_t kTextBytes = 4 << 20;

std::shared_ptr<const SignatureSet> signatures() {
  static const auto set = [] {
    auto specs = load_signature_sources({"builtin"});
    if (!specs) std::abort();
    auto compiled = SignatureSet::compile(*specs, {});
    if (!compiled) std::abort();
    return *compiled;
  }();
  return set;
}

/// HTML, JSON and scripts as the web serves them, with ids, sizes, dates and a few addresses.
const std::string& mixed_text() {
  static const std::string text = [] {
    std::string made;
    std::uint64_t seed = 1;
    const auto number = [&seed](std::uint64_t below) { return mix64(++seed) % below; };
    while (made.size() < kTextBytes) {
      switch (number(8)) {
        case 0:
          made += "<div class=\"row item-" + std::to_string(number(100)) + "\"><a href=\"/p/" +
                  std::to_string(number(100000)) + "\">Lorem ipsum dolor sit amet</a></div>\n";
          break;
        case 1:
          made += "{\"id\":" + std::to_string(number(1000000)) + ",\"ok\":true,\"at\":\"2024-0" +
                  std::to_string(number(9) + 1) + "-15T10:20:30Z\",\"name\":\"quarterly report\"},";
          break;
        case 2:
          made += "function f(a,b){return a.length>b?a[0]:b.slice(1,-1)}var x=" +
                  std::to_string(number(5000)) + ";\n";
          break;
        case 3:
          made +=
              "<p>Consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore "
              "et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud.</p>\n";
          break;
        case 4:
          made += ".btn-" + std::to_string(number(50)) +
                  "{margin:0 auto 12px;padding:4px 8px;color:#3a3a3a;width:100%}\n";
          break;
        case 5:
          made +=
              "Sed ut perspiciatis unde omnis iste natus error sit voluptatem "
              "accusantium doloremque laudantium, totam rem aperiam eaque ipsa.\n";
          break;
        case 6:
          made += "\"items\":[{\"title\":\"blue chair\",\"price\":" + std::to_string(number(900)) +
                  ".99,\"tags\":[\"home\",\"office\"]}],";
          break;
        default:
          made += number(20) == 0 ? "<a href=\"mailto:info@example.com\">mail</a>\n"
                                  : "<li><span>Neque porro quisquam est</span></li>\n";
      }
    }
    return made;
  }();
  return text;
}

/// The leak itself: every line a customer.
const std::string& leak_text() {
  static const std::string text = [] {
    std::string made = "name,email,ticket,phone\n";
    for (std::uint64_t i = 1; made.size() < kTextBytes; ++i) {
      const std::uint64_t random = mix64(i);
      const std::string digits = std::to_string(10000000 + random % 80000000);
      made += "Ann Miller,ann.miller" + std::to_string(i) + "@example.com,TM-" + digits +
              ",+44 20 7946 " + digits.substr(0, 4) + "\n";
    }
    return made;
  }();
  return text;
}

class NoObserver final : public FlowObserver {
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
};

class Counter final : public HitSink {
 public:
  void on_hits(const content::Object&, const content::Node&,
               std::span<const Hit> found) noexcept override {
    hits += found.size();
  }
  std::uint64_t hits = 0;
};

void scan(benchmark::State& state, const std::string& text) {
  FlowInfo info;
  Ledger ledger;
  ChargingAccount account(ledger, {}, {true, true});
  NoObserver observer;
  FlowContext flow(info, account, observer);
  const content::Object object{flow, Side::client, {}, {}, 0, {}};
  Counter counter;
  Scanner scanner(signatures(), counter);
  for (auto _ : state) {
    each_window(text, kWindowBytes, kAroundBytes, [&](const content::Window& window) {
      scanner.on_window(object, object.root, window);
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.counters["hits_per_MB"] = static_cast<double>(counter.hits) * 1e6 /
                                  static_cast<double>(state.iterations() * text.size());
}

void raw_hyperscan(benchmark::State& state, const std::string& text) {
  const auto set = signatures();
  const HsScratch scratch = set->make_scratch();
  std::uint64_t matches = 0;
  const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned,
                           void* context) -> int {
    ++*static_cast<std::uint64_t*>(context);
    return 0;
  };
  for (auto _ : state) {
    each_window(text, kWindowBytes, kAroundBytes, [&](const content::Window& window) {
      hs_scan(set->triggers(), window.raw.data(), static_cast<unsigned>(window.raw.size()), 0,
              scratch.get(), on_match, &matches);
    });
  }
  benchmark::DoNotOptimize(matches);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void number_anchors(benchmark::State& state, const std::string& text) {
  text::TextMasks masks;
  NumberAnchors anchors;
  for (auto _ : state) {
    each_window(text, kWindowBytes, kAroundBytes, [&](const content::Window& window) {
      masks.classify_values(window.raw);
      anchors.find(masks, true);
      benchmark::DoNotOptimize(anchors.groups().data());
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void masking(benchmark::State& state) {
  Masker masker(signatures());
  for (auto _ : state)
    benchmark::DoNotOptimize(masker.mask("POST /upload?customer=ann.miller%40example.com"));
}

BENCHMARK_CAPTURE(scan, mixed, mixed_text());
BENCHMARK_CAPTURE(raw_hyperscan, mixed, mixed_text());
BENCHMARK_CAPTURE(number_anchors, mixed, mixed_text());
BENCHMARK_CAPTURE(scan, leak, leak_text());
BENCHMARK_CAPTURE(raw_hyperscan, leak, leak_text());
BENCHMARK_CAPTURE(number_anchors, leak, leak_text());
BENCHMARK(masking);

}  // namespace
}  // namespace outspan::detect
