#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outspan::alert {

/// A frame of RELP: TXNR SP COMMAND SP DATALEN [SP DATA] LF.
struct RelpFrame {
  std::uint32_t transaction = 0;
  std::string command;
  std::string data;
};

std::string to_text(const RelpFrame& frame);

/// Takes a whole frame from the front of what was received; nullopt: there is none yet.
/// `broken`: what stands there will never be one.
std::optional<RelpFrame> take_relp_frame(std::string& received, bool& broken);

}  // namespace outspan::alert
