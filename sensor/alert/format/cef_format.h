#pragma once

#include <span>
#include <string>
#include <string_view>

#include "alert/event/event.h"

namespace outspan::alert {

/// One event in ArcSight's Common Event Format, version 0, on one line; docs/siem-formats.md has
/// the keys.
std::string to_cef(const Event& event, std::string_view sensor);

/// One event in IBM's Log Event Extended Format 2.0, fields apart by tabs, on one line.
std::string to_leef(const Event& event, std::string_view sensor);

/// How one of flat_fields() is called there; empty: it has no key of its own, and is left out.
struct SiemKey {
  std::string_view field, cef, cef_label, leef;
};
std::span<const SiemKey> siem_keys() noexcept;

}  // namespace outspan::alert
