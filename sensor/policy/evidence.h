#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/time.h"
#include "fingerprint/find/record_hit.h"
#include "policy/index_labels.h"

namespace outspan::policy {

/// A hit, and when it was seen: this call, or an earlier one.
struct JudgedHit {
  fingerprint::RecordHit hit;
  Position seen;
};

/// Whether chance explains hits that it could explain (RecordHit::weak), by how many there are
/// among how many well-formed values that were looked up: in an object, in a flow, in all that one
/// host sends. Hits of one kind (column, form, alone or beside a name) are judged together, by the
/// upper tail of the binomial distribution. Names, each of which has a chance of its own, are
/// judged by how much likelier they are if the list is of customers; by Ville's inequality chance
/// makes that ratio r or more once in r lists at most.
///
/// Memory: kScopesMax scopes and kHeldMax hits that wait. A scope beyond is not known, and its weak
/// hits stay weak.
class Evidence {
 public:
  /// Single values are believed where chance gives so many less often than this, ...
  static constexpr double kSinglesByChance = 1e-9;
  /// ... values with a name or a text of their row beside them where it does less often than this:
  /// such a record is evidence of its own unless strangers' values are many. ...
  static constexpr double kPairsByChance = 1e-3;
  /// ... also if the strangers of the list were this many times as likely to be customers as those
  /// of everywhere (their numbers may be of the very blocks in which the customers are dense); ...
  static constexpr double kDenserMax = 2;
  /// ... chance explains half of them at most, ...
  static constexpr double kByChanceMax = 0.5;
  /// ... and of single values there are so many different ones.
  static constexpr std::uint64_t kSinglesMin = 5, kBareSinglesMin = 10;
  /// Names within the distance in which they confirm a row: those of a dozen lines of a table, and
  /// as many that only seem to be one, where one line ends and the next begins.
  static constexpr double kNeighbours = 24;
  /// Names alone are believed if the list is, so many times rather than a list of strangers', one
  /// of which such a share is customers'. So large shares only: where fewer names are known, the
  /// list is one of others among whom there are customers.
  static constexpr std::array<double, 4> kShares{0.8, 0.9, 0.95, 0.98};
  /// Of names there are so many different ones, ...
  static constexpr std::uint64_t kNamesMin = 10;
  /// ... and none speaks for more than this: a stranger may be called like any customer.
  static constexpr double kNameChanceMin = 0.01;

  static constexpr std::size_t kScopesMax = 65'536;
  static constexpr std::size_t kHeldMax = 65'536;
  /// Rows of a scope that are kept apart; beyond, what is undecided stays so.
  static constexpr std::size_t kRowsMax = 16'384;

  /// `lifetime`: a scope begins anew after it; 0: it lives until end_of().
  explicit Evidence(Duration lifetime = Duration(0)) noexcept : lifetime_(lifetime) {}

  void add_tried(std::uint64_t scope, const Position& now,
                 std::span<const fingerprint::Tried> tried);
  /// Weak hits that chance does not explain (any more) are weak no longer, and say which share of
  /// them it does explain. Those of earlier calls are appended, without their values.
  void judge(std::uint64_t scope, const Position& now, const IndexLabels& labels,
             std::vector<JudgedHit>& hits);
  void end_of(std::uint64_t scope) noexcept;
  /// Row numbers mean something else from now on.
  void forget() noexcept;
  /// Calls for scopes beyond kScopesMax, and hits beyond kHeldMax.
  [[nodiscard]] std::uint64_t not_judged() const noexcept { return not_judged_; }

 private:
  struct Kind {
    std::uint16_t index = 0;
    std::uint8_t column = 0;
    bool bare = false, alone = false, name = false;
    bool operator==(const Kind&) const noexcept = default;
  };
  struct Count {
    Kind kind;
    std::uint64_t values = 0;  ///< different ones that were hit
    double chance = 0;         ///< that one is
    /// Of names: the logarithm of how much likelier they are in a list of kShares customers.
    std::array<double, kShares.size()> for_share{};
    bool believed = false;
    double explained = 0;  ///< the share that chance explains
  };
  struct Held {
    fingerprint::RecordHit hit;
    Kind kind;
    Position seen;
  };
  struct Scope {
    Position begin;
    std::vector<fingerprint::Tried> tried;
    std::vector<Count> counts;
    std::unordered_set<std::uint64_t> rows;  // with their kind
    std::vector<Held> held;
  };
  Scope* scope_of(std::uint64_t id, const Position& now);
  void drop_old(const Position& now) noexcept;
  void drop(const Scope& scope) noexcept { held_ -= scope.held.size(); }
  static Kind kind_of(const fingerprint::RecordHit& hit, const IndexLabel& label) noexcept;
  static Count& count_of(Scope& scope, const Kind& kind);
  bool add(Scope& scope, const fingerprint::RecordHit& hit, const IndexLabel& label);
  static void judge(const Scope& scope, Count& count) noexcept;
  static void judge_numbers(const Scope& scope, Count& count) noexcept;
  static void judge_names(const Scope& scope, Count& count) noexcept;
  static void add_name(Count& count, const fingerprint::RecordHit& hit) noexcept;
  static void believe(fingerprint::RecordHit& hit, const Count& count) noexcept;
  void hold(Scope& scope, const JudgedHit& judged, const Kind& kind);
  void release(Scope& scope, const Count& count, std::vector<JudgedHit>& hits);

  Duration lifetime_;
  std::unordered_map<std::uint64_t, Scope> scopes_;
  std::size_t held_ = 0;
  std::uint64_t not_judged_ = 0;
};

/// Adds up what was tried, by index, column and form.
void add_tried(std::vector<fingerprint::Tried>& sum, std::span<const fingerprint::Tried> more);

/// The natural logarithm of how likely, of `tried` values that are hit with `chance` each, `hits`
/// or more are, at most: the smaller of two bounds on the upper tail of the binomial distribution,
/// Chernoff's (Hoeffding 1963, theorem 1) and Boole's, which is better for a few.
double log_tail(std::uint64_t hits, std::uint64_t tried, double chance) noexcept;

}  // namespace outspan::policy
