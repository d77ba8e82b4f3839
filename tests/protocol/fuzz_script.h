#pragma once

#include <cstdint>
#include <cstdio>

#include "dispatch_harness.h"

/// Plays fuzzer bytes as a conversation: a control byte says side, gap or length of the next piece.
namespace outspan::protocol::harness {

inline void play_script(Flow& flow, Bytes script) {
  while (!script.empty()) {
    const std::uint8_t control = script.front();
    script = script.subspan(1);
    const Side side = (control & 0x80) != 0 ? kS : kC;
    if ((control & 0x7f) == 0x7f) {
      flow.gap(side, 1 + (script.empty() ? 0 : script.front()));
      continue;
    }
    if ((control & 0x7f) == 0x7e) {
      flow.pause();
      continue;
    }
    // Long pieces by few control bytes: the value is a number of 8 bytes.
    const std::size_t size = std::min<std::size_t>((control & 0x7f) * 8u + 1, script.size());
    flow.data(side, as_text(script.first(size)));
    script = script.subspan(size);
  }
  flow.close();
  // Every byte stands in exactly one column, every object was ended.
  for (const auto& record : flow.recorder.records)
    if (!record->ended || record->misused) __builtin_trap();
}

inline void require_same(const std::string& whole, const std::string& cut) {
  if (whole == cut) return;
  for (const std::string* each : {&whole, &cut}) {
    std::fputs(each == &whole ? "whole: " : "\ncut: ", stderr);
    std::fwrite(each->data(), 1, each->size(), stderr);
  }
  __builtin_trap();
}

}  // namespace outspan::protocol::harness
