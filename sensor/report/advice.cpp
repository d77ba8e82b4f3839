#include "report/advice.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/event/names.h"

namespace outspan::report {
namespace {

void about_records(const IncidentFacts::Records& records, std::vector<std::string>& steps) {
  if (records.canaries != 0)
    steps.push_back(fmt::format(
        "Treat it as a real leak of the table behind {}: {} of the customers in it {} planted, and "
        "stand nowhere else.",
        records.index, alert::grouped(records.canaries), records.canaries == 1 ? "is" : "are"));
  if (records.has_pseudonyms)
    steps.push_back(
        fmt::format("Find out who is affected: whoever holds the key of {} can look the pseudonyms "
                    "up with “outspan fingerprint lookup”.",
                    records.index));
  else if (!records.rows.empty())
    steps.push_back(fmt::format(
        "Find out who is affected: look up rows {} in the source of {}{}. Row 1 is the first with "
        "data.",
        records.rows, records.index, records.built_at.empty() ? "" : " as of " + records.built_at));
  if (records.by_chance != 0)
    steps.push_back(
        fmt::format("Weigh the number: chance alone would explain {} of the {} customers.",
                    alert::grouped(records.by_chance), alert::grouped(records.distinct)));
}

void about_sender(const IncidentFacts& incident, std::vector<std::string>& steps) {
  steps.push_back(
      fmt::format("Ask {} whether this was meant, and by which order{}.", incident.sender(),
                  incident.program.empty() ? "" : "; the program was " + incident.program));
}

void about_receiver(const IncidentFacts& incident, std::vector<std::string>& steps) {
  if (incident.direction != "outbound") return;
  steps.push_back(
      fmt::format("Find out who runs {} and whether there is a contract with them; if not, ask for "
                  "deletion and "
                  "have it confirmed.",
                  incident.receiver()));
  if (incident.unread.empty())
    steps.push_back(
        fmt::format("It went in clear over {}: everyone on the way could read it. If it has to go "
                    "there, encrypt "
                    "it.",
                    incident.app_proto.empty() ? "the network" : incident.app_proto));
}

void about_unread(const IncidentFacts& incident, std::vector<std::string>& steps) {
  if (incident.unread.empty()) return;
  steps.push_back(
      fmt::format("Nobody knows yet what was in it: get the file from {} and open it there.",
                  incident.sender()));
}

void about_proof(const IncidentFacts& incident, std::vector<std::string>& steps) {
  if (!incident.capture_file.empty())
    steps.push_back(fmt::format("Keep the proof: {}, packets {} to {}.", incident.capture_file,
                                alert::grouped(incident.first_packet),
                                alert::grouped(incident.last_packet)));
  if (!incident.evidence_file.empty())
    steps.push_back(
        fmt::format("Ask who holds the key to open the evidence: {}.", incident.evidence_file));
  if (incident.state != "closed")
    steps.push_back("It was still going on when the events of this report end: look again.");
}

}  // namespace

std::vector<std::string> advice_for(const IncidentFacts& incident) {
  std::vector<std::string> steps;
  for (const auto& records : incident.records) about_records(records, steps);
  about_unread(incident, steps);
  about_sender(incident, steps);
  about_receiver(incident, steps);
  about_proof(incident, steps);
  return steps;
}

}  // namespace outspan::report
