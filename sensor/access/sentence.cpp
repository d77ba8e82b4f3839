#include <fmt/format.h>

#include <cmath>

#include "access/finding.h"

namespace outspan::access {
namespace {

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string who(const Identity& identity) {
  std::string details;
  if (!identity.user.empty()) details = "user " + identity.user;
  if (!identity.host.empty()) details += (details.empty() ? "host " : ", host ") + identity.host;
  const std::string address = identity.address.to_string();
  return details.empty() ? address : address + " (" + details + ")";
}

std::string own_part(const Finding& finding) {
  return finding.window == Window::day
             ? fmt::format("its own highest day in {} is {}", finding.own_days,
                           with_commas(finding.numbers.own_high))
             : fmt::format("its own highest 7 days in {} are {}", finding.own_days,
                           with_commas(finding.numbers.own_high));
}

/// `whose`: "its 14 peers".
std::string peers_part(const Finding& finding, std::string_view whose) {
  return finding.window == Window::day
             ? fmt::format("the highest of {} {}", whose, with_commas(finding.peers_highest))
             : fmt::format("nine of ten of {} never had more than {}", whose,
                           with_commas(finding.numbers.peers_high));
}

std::string comparison(const Finding& finding) {
  if (finding.machine) return own_part(finding) + "; it is a machine and compared with itself only";
  if (finding.members <= 1) return own_part(finding) + "; it has no peers";
  const std::string whose = fmt::format("its {} peers", finding.members - 1);
  if (finding.own_counts) return own_part(finding) + "; " + peers_part(finding, whose);
  const std::string since = finding.own_days == 0
                                ? "it was never seen before"
                                : fmt::format("it has been seen for {} day{} only",
                                              finding.own_days, finding.own_days == 1 ? "" : "s");
  return fmt::format("{}, so it is compared with {}: {}", since, whose,
                     peers_part(finding, "them"));
}

std::string news_part(const Finding& finding) {
  std::string out;
  if (finding.new_source)
    out += fmt::format(
        " It read customers from {} for the first time in 60 days; {} of its {} peers ever did.",
        finding.source, finding.peers_with_source, finding.members == 0 ? 0 : finding.members - 1);
  if (finding.new_program && !finding.program.empty())
    out += finding.usual_program.empty()
               ? fmt::format(" The program is {}, never seen here before.", finding.program)
               : fmt::format(" Usual program {}; this time {}, never seen here before.",
                             finding.usual_program, finding.program);
  if (finding.new_hour) out += " Neither it nor its peers usually pull at this hour.";
  return out;
}

std::string busy_part(const Finding& finding) {
  if (finding.numbers.busy < 1.5) return {};
  return fmt::format(" Peers are {:.1f} times as busy as usual today; this is {:.1f} times that.",
                     finding.numbers.busy, finding.ratio);
}

}  // namespace

std::string sentence(const Finding& finding) {
  const std::string begin =
      fmt::format("{} pulled {}{} different customers from {} {}", who(finding.puller),
                  finding.estimated ? "about " : "", with_commas(finding.numbers.distinct),
                  finding.source, finding.window == Window::day ? "today" : "in 7 days");
  if (finding.cold)
    return begin + fmt::format(
                       "; the sensor still learns what is usual, and {} a day are an alarm "
                       "until it knows.",
                       with_commas(kColdFloor));
  return begin + "; " + comparison(finding) + "." + busy_part(finding) + news_part(finding);
}

}  // namespace outspan::access
