#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/address.h"
#include "protocol/dns/message.h"
#include "protocol/shared/bounded_table.h"
#include "protocol/shared/joined_pieces.h"

namespace outspan::protocol::dns {

/// What one client asks about names below one that somebody registered, and what it is answered.
class Domain {
 public:
  /// Of names: all labels but what stands in each name and counters; the longest label of each. Of
  /// answers: their texts.
  static constexpr std::size_t kKinds = 3;

  /// A repeated question is none.
  void ask(const Message& message, std::size_t registered_labels);
  void answer(const Message& message);
  /// Whether names and answers carry what names and answers do not: many different names of types
  /// that no resolver asks for, names filled to the limit, or short questions with long answers.
  [[nodiscard]] bool has_shape_of_tunnel() const noexcept;
  [[nodiscard]] bool readable() const;
  /// The last name is joined as well, since none may follow.
  void finish();
  [[nodiscard]] std::array<JoinedPieces, kKinds>& joined() noexcept { return joined_; }

  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

  std::uint64_t last_flow = 0;  ///< FlowInfo::id
  bool reported = false;
  bool sealed = false;              ///< a tunnel that could not be decoded
  std::uint64_t counted_bytes = 0;  ///< for Domains

 private:
  using Labels = std::vector<std::string>;
  void join(const Labels& labels);

  std::array<JoinedPieces, kKinds> joined_;
  Labels waiting_;  // what it has in common with the next one is no data
  std::size_t common_labels_ = 0;
  std::array<std::uint64_t, 8> recent_{};  // hashes of names
  std::uint64_t names_ = 0, name_bytes_ = 0, filled_names_ = 0, odd_types_ = 0;
  std::uint64_t answers_ = 0, answer_bytes_ = 0;
};

/// One a pipeline (SharedState).
/// Bound: kDomainsMax domains, and kHeldMax bytes of what was joined; the oldest go.
class Domains {
 public:
  static constexpr std::size_t kDomainsMax = 2048;
  static constexpr std::uint64_t kHeldMax = 2 << 20;
  using Key = std::pair<IpAddress, std::string>;  // client, registered name in lower case

  Domain& of(const Key& key) noexcept;
  Domain* find(const Key& key) noexcept { return table_.find(key); }
  /// What it holds has changed. It may be gone then.
  void changed(Domain& domain) noexcept;

 private:
  BoundedTable<Key, Domain> table_{kDomainsMax};
  std::uint64_t held_ = 0;
};

}  // namespace outspan::protocol::dns
