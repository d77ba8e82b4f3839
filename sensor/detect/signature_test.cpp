#include "detect/signature_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/flow_context.h"
#include "core/ledger.h"
#include "detect/scanner.h"

namespace outspan::detect {
namespace {

/// Around a core, as much as any value and its context can reach.
constexpr std::size_t kNeighbourhood = 512;
constexpr std::size_t kSpeedBytes = 1 << 16;
constexpr int kSpeedRounds = 16;

class NoObserver final : public FlowObserver {
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
};

class Collector final : public HitSink {
 public:
  struct Value {
    std::string id;
    std::string value;
    std::uint8_t confidence = 0;
    bool operator==(const Value&) const = default;
  };
  explicit Collector(const SignatureSet& signatures) : signatures_(signatures) {}
  void on_hits(const content::Object&, const content::Node&,
               std::span<const Hit> hits) noexcept override {
    for (const Hit& hit : hits)
      values.push_back({signatures_[hit.signature].id, std::string(hit.value), hit.confidence});
  }
  std::vector<Value> values;

 private:
  const SignatureSet& signatures_;
};

/// An object for text that came from no flow.
struct Stage {
  FlowInfo info;
  NoObserver observer;
  Ledger ledger;
  ChargingAccount account{ledger, {}, {true, true}};
  FlowContext flow{info, account, observer};
  content::Object object{flow, Side::client, {}, {}, 0, {}};
};

using Values = std::vector<Collector::Value>;

/// Hands `text` over in windows with cores of `core_bytes`.
Values values_of(const std::shared_ptr<const SignatureSet>& signatures, std::string_view text,
                 std::size_t core_bytes) {
  Stage stage;
  Collector collector(*signatures);
  Scanner scanner(signatures, collector);
  for (std::size_t core = 0; core < text.size(); core += core_bytes) {
    const std::size_t core_end = std::min(text.size(), core + core_bytes);
    const std::size_t begin = core - std::min(core, kNeighbourhood);
    const std::size_t end = std::min(text.size(), core_end + kNeighbourhood);
    content::Window window;
    window.raw = text.substr(begin, end - begin);
    window.core_begin = static_cast<std::uint32_t>(core - begin);
    window.core_end = static_cast<std::uint32_t>(core_end - begin);
    window.offset = begin;
    window.at_start = begin == 0;
    window.at_end = end == text.size();
    scanner.on_window(stage.object, stage.object.root, window);
  }
  return collector.values;
}

/// Ordinary text of several kinds, without a value in it.
std::string ordinary_text() {
  static constexpr std::string_view kPieces[] = {
      "<div class=\"row\"><span id=\"n1\">Lorem ipsum dolor sit amet</span></div>\n",
      "{\"id\":\"a81b\",\"ok\":true,\"size\":1024,\"name\":\"report\"},",
      "function f(a,b){return a.length>b?a[0]:b.slice(1,-1)}\n",
      "consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. "};
  std::string text;
  for (std::size_t i = 0; text.size() < kSpeedBytes; ++i) text += kPieces[i % 4];
  text.resize(kSpeedBytes);
  return text;
}

double speed_of(const std::shared_ptr<const SignatureSet>& signatures) {
  static const std::string text = ordinary_text();
  TextScanner scanner(signatures);
  const TableHeader no_header;
  double best = 0;
  for (int round = 0; round < kSpeedRounds; ++round) {
    scanner.clear();
    const auto begin = std::chrono::steady_clock::now();
    scanner.scan({text, true, true}, no_header);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    best = std::max(best, static_cast<double>(text.size()) / took.count() / 1e9);
  }
  return best;
}

std::string told(const Values& values) {
  if (values.empty()) return "nothing";
  std::string text;
  for (const auto& value : values)
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", value.id, value.value,
                        value.confidence);
  return text;
}

class ExampleRunner {
 public:
  ExampleRunner(const config::SignatureSpec& spec, std::shared_ptr<const SignatureSet> set,
                SignatureReport& report)
      : spec_(spec), at_home_(std::move(set)), report_(report) {}

  void run() {
    for (const auto& example : spec_.match)
      if (configure(example)) must_match(example);
    for (const auto& example : spec_.no_match)
      if (configure(example)) must_not_match(example);
  }

 private:
  Values own(std::string_view text, std::size_t core_bytes) const {
    Values values = values_of(set_, text, core_bytes);
    std::erase_if(values, [this](const auto& value) { return value.id != spec_.id; });
    return values;
  }
  void fail(const config::SignatureExample& example, std::string what) {
    report_.failures.push_back({example.where, "'" + example.text + "' " + what});
  }

  /// With the countries of the example.
  bool configure(const config::SignatureExample& example) {
    ++report_.examples;
    set_ = at_home_;
    if (example.countries.empty()) return true;
    auto set = SignatureSet::compile({spec_}, {example.countries});
    if (set) set_ = *set;
    if (!set) fail(example, set.problems().front().to_string());
    return static_cast<bool>(set);
  }

  void must_match(const config::SignatureExample& example) {
    const Values whole = own(example.text, example.text.size());
    if (whole.empty()) return fail(example, "must match and does not");
    if (example.value && std::none_of(whole.begin(), whole.end(), [&](const auto& value) {
          return value.value == *example.value;
        }))
      return fail(example, "must give " + *example.value + ", gives " + told(whole));
    if (example.confidence && whole.front().confidence != *example.confidence)
      return fail(example, fmt::format("must have the confidence {}, gives {}", *example.confidence,
                                       told(whole)));
    // With a border of windows before each of its bytes, and in the middle of other text.
    for (std::size_t core = 1; core < example.text.size(); ++core) {
      if (const Values cut = own(example.text, core); cut != whole)
        return fail(example, "gives " + told(cut) + " in windows of " + std::to_string(core) +
                                 " bytes, " + told(whole) + " in one");
    }
    const std::string inside = "x\n" + example.text + "\ny";
    if (const Values moved = own(inside, inside.size()); moved != whole)
      fail(example, "gives " + told(moved) + " between other lines, " + told(whole) + " alone");
  }

  void must_not_match(const config::SignatureExample& example) {
    for (const std::size_t core : {example.text.size(), std::size_t{7}}) {
      if (const Values values = own(example.text, core); !values.empty())
        return fail(example, "must not match (" + example.why + "), gives " + told(values));
    }
  }

  const config::SignatureSpec& spec_;
  std::shared_ptr<const SignatureSet> at_home_, set_;
  SignatureReport& report_;
};

}  // namespace

Result<std::vector<SignatureReport>> test_signatures(
    const std::vector<config::SignatureSpec>& specs, bool measure) {
  Problems problems;
  std::vector<SignatureReport> reports;
  for (const config::SignatureSpec& spec : specs) {
    auto alone = SignatureSet::compile({spec}, {spec.countries});
    // With the others: a surer signature may take a value away, which is meant to happen.
    if (!alone) {
      problems.insert(problems.end(), alone.problems().begin(), alone.problems().end());
      continue;
    }
    SignatureReport& report = reports.emplace_back();
    report.id = spec.id;
    ExampleRunner(spec, *alone, report).run();
    if (measure) report.gigabytes_per_second = speed_of(*alone);
  }
  if (!problems.empty()) return problems;
  return reports;
}

bool print_signature_reports(const std::vector<SignatureReport>& reports, std::FILE* out) {
  std::size_t examples = 0, failures = 0;
  for (const SignatureReport& report : reports) {
    examples += report.examples;
    failures += report.failures.size();
    std::string speed;
    if (report.gigabytes_per_second > 0)
      speed = fmt::format("{:7.1f} GB/s", report.gigabytes_per_second);
    fmt::print(out, "{:4} {:28} {:3} examples {}\n", report.failures.empty() ? "ok" : "FAIL",
               report.id, report.examples, speed);
    for (const Problem& failure : report.failures)
      fmt::print(out, "     {}\n", failure.to_string());
  }
  fmt::print(out, "{} signatures, {} examples, {} failed\n", reports.size(), examples, failures);
  return failures == 0;
}

void print_signature_list(const std::vector<config::SignatureSpec>& specs, std::FILE* out) {
  for (const config::SignatureSpec& spec : specs) {
    fmt::print(out, "{:28} {:9} {}\n", spec.id,
               spec.severity ? config::to_string(*spec.severity) : "", spec.title);
  }
}

void print_signature(const config::SignatureSpec& spec, std::FILE* out) {
  fmt::print(out, "id:          {}\ntitle:       {}\nfrom:        {}\n", spec.id, spec.title,
             spec.where);
  if (!spec.detector.empty()) fmt::print(out, "detector:    {}\n", spec.detector);
  if (!spec.text_template.empty()) fmt::print(out, "template:    {}\n", spec.text_template);
  if (!spec.pattern.empty()) fmt::print(out, "pattern:     {}\n", spec.pattern);
  if (!spec.validator.empty()) fmt::print(out, "validator:   {}\n", spec.validator);
  fmt::print(out, "confidence:  {}, with context {}\n", spec.confidence_base,
             spec.confidence_with_context);
  if (!spec.countries.empty())
    fmt::print(out, "countries:   {}\n", fmt::join(spec.countries, ", "));
  if (!spec.context.words.empty()) {
    fmt::print(out, "context:     {}{}, within {} bytes\n",
               spec.context.required ? "required: " : "", fmt::join(spec.context.words, ", "),
               spec.context.within_bytes);
  }
  for (const auto& example : spec.match) fmt::print(out, "match:       {}\n", example.text);
  for (const auto& example : spec.no_match)
    fmt::print(out, "no match:    {}  ({})\n", example.text, example.why);
}

}  // namespace outspan::detect
