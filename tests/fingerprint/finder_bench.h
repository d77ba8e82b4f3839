#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/flow_context.h"
#include "core/ledger.h"
#include "detect/scanner.h"
#include "fingerprint/find/finder.h"
#include "tests/fingerprint/support.h"
#include "text/unescape.h"

namespace outspan::fingerprint {

/// An index of a table, ready to be searched.
IndexPtr index_of(const std::string& table, const BuildOptions& options = customer_options());

/// Text on its way through the scanner to the finder, and what was found there.
class FinderBench final : public detect::HitSink, public RecordHitSink, private FlowObserver {
 public:
  explicit FinderBench(std::vector<IndexPtr> indexes);

  /// Columns by row (from 0), all windows together: of what cannot be chance.
  using Found = std::map<RowNumber, ColumnMask>;
  /// The text in windows with cores of `core_bytes` and up to `around` bytes on either side.
  Found find(std::string_view text, std::size_t core_bytes = SIZE_MAX, std::size_t around = 1024);

  void on_hits(const content::Object&, const content::Node&,
               std::span<const detect::Hit>) noexcept override {}
  void on_records(const content::Object& object, const content::Node& node,
                  std::span<const RecordHit> records,
                  std::span<const Tried> tried) noexcept override;

  /// Texts stand among binary data.
  bool in_binary = false;
  /// Of the last text: what could be chance, values that were counted, canaries, values of which a
  /// single hit could be chance.
  Found weak;
  std::uint64_t cells = 0, canaries = 0, tried = 0;

 private:
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}

  IndexSetPtr indexes_;
  FlowInfo info_;
  Ledger ledger_;
  ChargingAccount account_{ledger_, {}, {true, true}};
  FlowContext flow_{info_, account_, *this};
  text::Unescaper unescaper_;
  Finder finder_;
  detect::Scanner scanner_;
  Found found_;

 public:
  content::Object object{flow_, Side::client, {}, {}, 0, {}};
};

}  // namespace outspan::fingerprint
