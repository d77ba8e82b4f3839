#pragma once

#include <string>

#include "alert/event/event.h"

namespace outspan::alert {

/// What happened, in one line for a person: the message of a syslog record. Printable UTF-8; wire
/// text in it is Masked and cleaned of control characters.
std::string one_line(const Event& event);

/// "customer-list: 187 email from 10.20.0.7:57082 to 203.0.113.9:80 in POST /upload": the same of
/// an alert, without severity and state.
std::string incident_text(const policy::Incident& incident);

/// "187 email, 38 phone": what was found, most values first, at most three kinds.
std::string matches_text(const std::vector<policy::Matches>& matches);
/// "187 customers of customers".
std::string records_text(const std::vector<policy::Records>& all);
/// "64,512 bytes not inspected (encrypted-archive)".
std::string unread_text(const std::vector<policy::Unread>& all);
/// "alice, from alice@example.com, host pc7"; empty: nobody is known.
std::string actor_text(const policy::Actor& actor);
/// The most telling of recipient, URL and host name; empty: none is known.
std::string destination_text(const policy::Destination& destination);
/// "POST /upload > report.zip > customers.xlsx".
std::string path_text(const std::vector<Masked>& path);
/// "98.2 %". "0.0 %" and "100.0 %" only when it is nothing or all.
std::string percent(std::uint64_t part, std::uint64_t whole);
/// "1,234 bytes encrypted (1.2 %), 34 bytes lost (0.1 %)": the columns but `inspected`, most bytes
/// first; empty: there are none.
std::string uninspected_text(const Columns& columns);

}  // namespace outspan::alert
