#pragma once

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "content/text.h"
#include "core/flow_context.h"
#include "core/ledger.h"
#include "detect/scanner.h"

namespace outspan::detect::testing {

/// Ends the program with the problems where there is no value.
template <class T>
T must(Result<T> result) {
  if (!result) {
    for (const Problem& problem : result.problems()) std::cerr << problem.to_string() << '\n';
    std::abort();
  }
  return std::move(*result);
}

/// The built-in signatures; compiled once for each choice of countries.
std::shared_ptr<const SignatureSet> builtin(const std::vector<std::string>& countries = {});
/// One or several signatures of the test's own.
std::shared_ptr<const SignatureSet> compile(const std::string& yaml,
                                            const std::vector<std::string>& countries = {});

struct Value {
  std::string id;
  std::string value;
  std::string text;
  std::uint64_t offset = 0;
  std::uint8_t confidence = 0;
  bool operator==(const Value&) const = default;
};
void PrintTo(const Value& value, std::ostream* out);

/// A scanner with an object to scan for, that keeps what it is given.
class Bench : public HitSink, private FlowObserver {
 public:
  explicit Bench(std::shared_ptr<const SignatureSet> signatures,
                 CandidateSink* candidates = nullptr);

  void window(const content::Window& window) { scanner.on_window(object, object.root, window); }
  /// The text in windows with cores of `core_bytes` and up to `around` bytes on either side.
  std::vector<Value> scan(std::string_view text, std::size_t core_bytes = SIZE_MAX,
                          std::size_t around = 512);

  void on_hits(const content::Object& object, const content::Node& node,
               std::span<const Hit> hits) noexcept override;

 private:
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}

  std::shared_ptr<const SignatureSet> signatures_;
  FlowInfo info_;
  Ledger ledger_;
  ChargingAccount account_{ledger_, {}, {true, true}};
  FlowContext flow_{info_, account_, *this};

 public:
  content::Object object{flow_, Side::client, {}, {}, 0, {}};
  std::vector<Value> values;
  Scanner scanner;
};

}  // namespace outspan::detect::testing
