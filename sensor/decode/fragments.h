#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/address.h"
#include "core/budget.h"
#include "core/bytes.h"
#include "core/hash.h"
#include "core/stats.h"
#include "core/time.h"
#include "decode/intervals.h"
#include "decode/layers_scope.h"

namespace outspan::decode {

/// A fragment as it came. RFC 791, 3.2; RFC 8200, 4.5.
struct Fragment {
  IpLayer ip;
  /// IPv4: of the packet. IPv6: the next header that this fragment names; that of the first counts.
  std::uint8_t protocol = 0;
  bool v6 = false;
  std::uint32_t id = 0;
  std::uint32_t offset = 0;
  bool more = false;
  Bytes bytes;
  Scope scope;  ///< its `cut` and `lost` bytes belong after `bytes`
  Position at;
};

/// What became of a set of fragments: all of the packet, or, once the time or the memory is up,
/// what there is from its start to the first hole.
struct Reassembled {
  IpLayer ip;
  std::uint8_t protocol = 0;
  bool v6 = false;
  Scope scope;
  /// Of the last fragment.
  Position at;
  /// Above the IP header. Of bytes that came more than once the first copy.
  std::vector<std::uint8_t> bytes;
  /// With the other copies, as FragmentVersions has it.
  std::vector<std::vector<std::uint8_t>> others;
};

/// Largest packet that fragments can make.
inline constexpr std::uint32_t kMaxPacketBytes = 65'535;

/// Fragments that wait for the rest of their packets.
///
/// Memory: `budget_bytes`; beyond it the oldest sets are given up. A finished set is remembered
/// until its time is up, because a SPAN port often shows every fragment twice.
/// Thread: one.
class FragmentTable {
 public:
  FragmentTable(std::uint64_t budget_bytes, Duration timeout);

  /// Appends to `out` the packets that this fragment finishes, or that have to go to make room.
  /// `fragment` must not reach beyond kMaxPacketBytes.
  void add(const Fragment& fragment, Timestamp clock, std::vector<Reassembled>& out);
  void expire(Timestamp clock, std::vector<Reassembled>& out);
  void flush(std::vector<Reassembled>& out);

  [[nodiscard]] bool empty() const noexcept { return sets_.empty(); }
  void report(Stats& stats) const;

 private:
  struct Key {
    IpAddress source;
    IpAddress destination;
    std::uint32_t id = 0;
    std::uint8_t protocol = 0;
    bool v6 = false;
    bool operator==(const Key&) const noexcept = default;
  };
  struct KeyHash {
    SipKey secret;
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct Piece {
    std::uint32_t offset;
    std::vector<std::uint8_t> bytes;
  };
  /// Enough of a piece to know it again once its bytes are gone.
  struct Trace {
    std::uint32_t offset;
    std::uint64_t hash;
    bool operator==(const Trace&) const noexcept = default;
  };
  struct Set {
    Key key;
    Timestamp since;
    IpLayer ip;
    Scope scope;
    Position last;
    std::uint8_t protocol = 0;
    bool finished = false;
    bool overlapped = false;
    std::optional<std::uint32_t> total;
    std::uint32_t last_total = 0;
    std::vector<Piece> pieces;  // in order of arrival
    std::vector<Trace> traces;
    Intervals announced;
    Intervals captured;
    std::uint64_t charged = 0;
  };
  using Sets = std::list<Set>;  // oldest first

  Sets::iterator find_or_make(const Fragment& fragment, Timestamp clock);
  [[nodiscard]] Trace trace(const Fragment& fragment) const noexcept;
  bool charge(Set& set, std::uint64_t amount, std::vector<Reassembled>& out);
  void store(Set& set, const Fragment& fragment);
  void finish(Set& set, std::vector<Reassembled>& out);
  void build(const Set& set, std::vector<Reassembled>& out);
  void add_others(const Set& set, std::uint32_t total, Reassembled& made);
  void give_up(Sets::iterator set, std::vector<Reassembled>& out);
  void erase(Sets::iterator set);

  Budget budget_;
  Duration timeout_;
  SipKey secret_;
  Sets sets_;
  std::unordered_map<Key, Sets::iterator, KeyHash> by_key_;

  std::uint64_t fragments_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t reassembled_ = 0;
  std::uint64_t timeouts_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint64_t overlaps_ = 0;
  std::uint64_t versions_refused_ = 0;
};

}  // namespace outspan::decode
