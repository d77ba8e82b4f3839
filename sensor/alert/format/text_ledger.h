#pragma once

#include <string>

#include "alert/event/event.h"
#include "alert/format/text_style.h"

namespace outspan::alert {

/// The account of all bytes: a sentence on what left unseen and why, then the tables.
std::string ledger_text(const LedgerEvent& ledger, const Style& style);
/// The counters in columns, those that are 0 left out.
std::string stats_text(const StatsEvent& stats, const Style& style);

}  // namespace outspan::alert
