#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "text/text_masks.h"

namespace outspan::content {

/// The masks of the windows that are being read: a run inside of a window holds text of its own,
/// whose windows are read before the outer one is done with.
/// Thread: one object a pipeline. Memory: 17 KiB for each level of windows inside windows.
class WindowMasks {
 public:
  /// Masks for one window; ends in the reverse order.
  class Lease {
   public:
    explicit Lease(WindowMasks& all) : all_(all), masks_(all.next()) {}
    ~Lease() { --all_.used_; }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    [[nodiscard]] text::TextMasks& operator*() const noexcept { return masks_; }
    [[nodiscard]] text::TextMasks* operator->() const noexcept { return &masks_; }

   private:
    WindowMasks& all_;
    text::TextMasks& masks_;
  };

 private:
  text::TextMasks& next() {
    if (used_ == levels_.size()) levels_.push_back(std::make_unique<text::TextMasks>());
    return *levels_[used_++];
  }

  std::vector<std::unique_ptr<text::TextMasks>> levels_;
  std::size_t used_ = 0;
};

/// What codes are looked for in: the core of a window, with what surrounds it.
struct WindowCore {
  std::string_view raw;  ///< the window
  const text::TextMasks& masks;
  std::size_t begin, end;  ///< in `raw`
  bool at_start;           ///< no text precedes the window

  [[nodiscard]] std::string_view text() const noexcept { return raw.substr(begin, end - begin); }
};

}  // namespace outspan::content
