#include "detect/value_probe.h"

#include <algorithm>

namespace outspan::detect {

bool ValueProbe::holds_value(std::string_view text, Emails emails) noexcept {
  emails_ = emails;
  found_ = false;
  read_(text, *this);
  return found_;
}

void ValueProbe::on_window(const content::Object& object, const content::Node& node,
                           const content::Window& window) noexcept {
  if (found_) return;
  scanner_.on_window(object, node, window);
  if (known_ == nullptr || emails_ == Emails::do_not_count) return;
  known_parts_.clear();
  known_->find(window.raw, known_parts_);
  if (!window.unescaped.empty()) known_->find(window.unescaped, known_parts_);
  found_ = found_ || !known_parts_.empty();
}

void ValueProbe::on_hits(const content::Object&, const content::Node&,
                         std::span<const Hit> hits) noexcept {
  found_ = found_ || std::ranges::any_of(hits, [this](const Hit& hit) {
             return emails_ == Emails::count ||
                    (*signatures_)[hit.signature].detector != Detector::email;
           });
}

}  // namespace outspan::detect
