#include "app/completeness.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "capture/link_type.h"

namespace outspan::app {
namespace {

using alert::Missing;

/// Something is missing as soon as the counter is not zero.
struct Counted {
  const char* counter;
  const char* reason;
  const char* sentence;    ///< {}: the counter
  bool of_packets = true;  ///< the counter counts packets
};
constexpr Counted kCounted[] = {
    {"capture.problems", "unreadable", "{} captures or parts of captures could not be read", false},
    {"capture.kernel_dropped", "kernel-drops", "the kernel dropped {} packets: the ring was full"},
    {"capture.left_in_ring", "left-in-ring",
     "{} packets were still in the ring when the run had ended for 1.5 s, or the interface was "
     "gone"},
    {"capture.interface_dropped", "interface-drops", "the interface dropped {} packets"},
    {"capture.interface_lost", "interface-lost",
     "interfaces went away {} times, and were not read until they were back", false},
    {"run.shed_packets", "overload", "the sensor left out {} packets that it had no time for"},
};

/// So many packets tell what share of them are copies.
constexpr std::uint64_t kDuplicatesFrom = 1000;

/// Frames or messages under one name, "decode.unread.link_type.147".
struct Amount {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

/// Reason and what to call it; {}: the last part of the counter's name.
struct Kind {
  std::string_view prefix;
  const char* reason;
  const char* what;
};
constexpr Kind kKinds[] = {
    {"decode.unread.link_type.", "link-type", "of link type {}"},
    {"decode.unread.ethertype.", "ethertype", "of EtherType {}"},
    {"decode.unread.llc.", "ethertype", "of 802.2 service {}"},
    {"decode.unread.snap.", "ethertype", "of a vendor's protocol {} (SNAP)"},
    {"decode.unread.ppp.", "ethertype", "of PPP protocol {}"},
    {"decode.unread.family.", "ethertype", "of address family {}"},
    {"decode.unread.wifi_encrypted", "wifi-encrypted", "of encrypted Wi-Fi"},
    {"decode.unread.wifi_fragment", "wifi-fragment", "that are pieces of Wi-Fi frames"},
    {"decode.unread.malformed", "malformed", "with cut or impossible headers"},
    {"protocol.unread.", "ip-protocol", "of IP protocol {}"},
};

std::string_view subject_of(const Kind& kind, std::string_view name) {
  return name.substr(std::min(kind.prefix.size(), name.size()));
}

/// "147 (USER0)" for a link type that libpcap has a name for.
std::string described(const Kind& kind, std::string_view subject) {
  std::uint16_t link = 0;
  const auto read = std::from_chars(subject.data(), subject.data() + subject.size(), link);
  const bool is_link = kind.reason == std::string_view("link-type") && read.ec == std::errc();
  const std::string known = is_link ? capture::name_of(static_cast<capture::LinkType>(link)) : "";
  return known.empty() ? std::string(subject) : fmt::format("{} ({})", subject, known);
}

/// ".bytes" and ".frames" or ".messages" put together.
std::map<std::string, Amount> amounts(const Stats& stats, std::string_view prefix) {
  std::map<std::string, Amount> found;
  const auto& values = stats.values();
  for (auto at = values.lower_bound(prefix); at != values.end(); ++at) {
    const std::string_view name = at->first;
    if (!name.starts_with(prefix)) break;
    const std::size_t dot = name.rfind('.');
    Amount& amount = found[std::string(name.substr(0, dot))];
    (name.substr(dot) == ".bytes" ? amount.bytes : amount.count) += at->second;
  }
  return found;
}

}  // namespace

std::vector<Missing> missing_parts(const Stats& stats) {
  std::vector<Missing> missing;
  for (const Counted& each : kCounted)
    if (const std::uint64_t count = stats.value(each.counter); count != 0)
      missing.push_back({each.reason, "", each.of_packets ? count : 0, 0,
                         fmt::format(fmt::runtime(each.sentence), count)});
  for (const Kind& kind : kKinds)
    for (const auto& [name, amount] : amounts(stats, kind.prefix)) {
      if (amount.bytes == 0) continue;
      // The number of IP protocol 255 is decode/'s for what has no transport; it is in the ledger.
      if (name == "protocol.unread.255") continue;
      const std::string_view subject = subject_of(kind, name);
      const std::string what = fmt::format(fmt::runtime(kind.what), described(kind, subject));
      missing.push_back({kind.reason, std::string(subject), amount.count, amount.bytes,
                         fmt::format("{} packets {} ({} bytes) were not read", amount.count, what,
                                     amount.bytes)});
    }
  return missing;
}

std::vector<alert::NoticeEvent> limits_reached(const Stats& stats) {
  std::vector<alert::NoticeEvent> notices;
  if (stats.value("flow.history_refusals") != 0)
    notices.push_back({"overlap_history_full",
                       "the memory for what streams have carried is used up (half of "
                       "limits.reassembly_mib): retransmissions that cannot be compared are "
                       "reported as overlap-uninspected"});
  if (const std::uint64_t forgotten = stats.value("access.pullers_forgotten"); forgotten != 0)
    notices.push_back(
        {"access_pullers_forgotten",
         fmt::format("{} who pulled customers were forgotten to make room: access.pullers "
                     "or access.memory_mib is too small",
                     forgotten)});
  // One in twenty: what is less may be a loop for a moment.
  const std::uint64_t duplicates = stats.value("decode.duplicates");
  const std::uint64_t compared = stats.value("decode.compared");
  if (compared >= kDuplicatesFrom && duplicates * 20 >= compared)
    notices.push_back(
        {"duplicates", fmt::format("{} % of the packets are copies that the mirror port made; they "
                                   "are inspected and counted once, but take room in the ring: "
                                   "mirror one direction of each port, or one side of the switch",
                                   duplicates * 100 / compared)});
  return notices;
}

}  // namespace outspan::app
