#include "detect/scanner.h"

#include <algorithm>

#include "detect/value_id.h"
#include "detect/window_text.h"

namespace outspan::detect {
namespace {

/// Around an escape, what a value that contains it may reach.
constexpr std::uint32_t kAroundEscapeBytes = 384;

}  // namespace

Scanner::Scanner(std::shared_ptr<const SignatureSet> signatures, HitSink& sink,
                 CandidateSink* candidates)
    : scanner_(std::move(signatures), candidates), sink_(sink), candidates_(candidates) {}

void Scanner::use(std::shared_ptr<const SignatureSet> signatures) {
  scanner_ = TextScanner(std::move(signatures), candidates_);
}

void Scanner::on_window(const content::Object& object, const content::Node& node,
                        const content::Window& window) noexcept {
  ++windows_;
  const auto& header = header_of(object, node, window);
  scanner_.clear();
  located_.clear();
  if (candidates_ != nullptr) candidates_->begin_window(object, node, window);
  if (window.unescaped.empty()) {
    search_raw_part(window, header, 0, static_cast<std::uint32_t>(window.raw.size()));
  } else {
    search_unescaped(window, header);
    search_raw(window, header);
  }
  if (!located_.empty()) hand_on(object, node, window);
  if (candidates_ != nullptr) candidates_->end_window();
}

const TableHeader& Scanner::header_of(const content::Object& object, const content::Node& node,
                                      const content::Window& window) noexcept {
  if (window.offset == 0) {
    for (Header& header : headers_) {
      if (header.object == &object && header.node == node.number) header = {};
    }
    const std::string_view line = TableHeader::line_of(window.raw);
    if (line.empty()) return no_header_;
    TableHeader columns = scanner_.header_of(line);
    if (columns.empty()) return no_header_;
    Header& header = headers_[next_header_++ % headers_.size()];
    header = {&object, node.number, std::move(columns)};
    return header.columns;
  }
  for (const Header& header : headers_) {
    if (header.object == &object && header.node == node.number) return header.columns;
  }
  return no_header_;
}

void Scanner::search_unescaped(const content::Window& window, const TableHeader& header) {
  const TextSpan text{window.unescaped, window.at_start, window.at_end, window.in_binary};
  if (candidates_ != nullptr) candidates_->begin_text(text, true, 0, header);
  scanner_.scan(text, header);
  for (const Found& found : scanner_.found()) {
    located_.push_back({found, text::raw_position(window.escapes, found.begin, text::Edge::begin),
                        text::raw_position(window.escapes, found.end, text::Edge::end), true});
  }
}

/// Away from escapes both texts are the same, and what is in them was found already.
void Scanner::search_raw(const content::Window& window, const TableHeader& header) {
  const auto size = static_cast<std::uint32_t>(window.raw.size());
  std::uint32_t begin = 0, end = 0;  // of the part to search
  for (const text::Escape& escape : window.escapes) {
    const std::uint32_t from = escape.raw_begin - std::min(escape.raw_begin, kAroundEscapeBytes);
    const std::uint32_t to = std::min(size, escape.raw_end + kAroundEscapeBytes);
    if (from > end) {
      if (end > begin) search_raw_part(window, header, begin, end);
      begin = from;
    }
    end = std::max(end, to);
  }
  if (end > begin) search_raw_part(window, header, begin, end);
}

void Scanner::search_raw_part(const content::Window& window, const TableHeader& header,
                              std::uint32_t begin, std::uint32_t end) {
  const std::size_t known = located_.size();
  const std::size_t from = scanner_.found().size();
  const bool whole = begin == 0 && end == window.raw.size();
  const TextSpan text{window.raw.substr(begin, end - begin), begin == 0 && window.at_start,
                      end == window.raw.size() && window.at_end, window.in_binary,
                      whole ? window.masks : nullptr};
  if (candidates_ != nullptr) candidates_->begin_text(text, false, begin, header);
  scanner_.scan(text, header);
  for (std::size_t i = from; i < scanner_.found().size(); ++i) {
    Found& found = scanner_.found()[i];
    found.begin += begin;
    found.end += begin;
    const auto overlaps = [&found](const Located& other) {
      return other.unescaped && other.raw_begin < found.end && found.begin < other.raw_end;
    };
    // Unescaped values come ordered, and hardly ever more than a few before the one in question.
    const auto last = located_.begin() + static_cast<std::ptrdiff_t>(known);
    const auto near = std::lower_bound(
        located_.begin(), last, found.begin,
        [](const Located& other, std::uint32_t at) { return other.raw_begin + 1024 < at; });
    bool is_known = false;
    for (auto other = near; other != last && other->raw_begin < found.end && !is_known; ++other)
      is_known = overlaps(*other);
    if (!is_known) located_.push_back({found, found.begin, found.end, false});
  }
}

void Scanner::hand_on(const content::Object& object, const content::Node& node,
                      const content::Window& window) {
  const auto earlier = [](const Located& a, const Located& b) { return a.raw_begin < b.raw_begin; };
  if (!std::is_sorted(located_.begin(), located_.end(), earlier))
    std::stable_sort(located_.begin(), located_.end(), earlier);
  hits_.clear();
  for (const Located& located : located_) {
    if (located.raw_begin < window.core_begin || located.raw_begin >= window.core_end) continue;
    const Found& found = located.found;
    const std::string_view value = scanner_.value(found);
    const Signature& signature = scanner_.signatures()[found.signature];
    if (signature.detector == Detector::email && envelope_with(object.info, value)) {
      ++participants_;
      continue;
    }
    const std::string_view source = located.unescaped ? window.unescaped : window.raw;
    hits_.push_back({found.signature, found.confidence, value,
                     source.substr(found.begin, found.end - found.begin),
                     value_id(signature.value_scope, value), window.offset + located.raw_begin});
  }
  hits_count_ += hits_.size();
  if (!hits_.empty()) sink_.on_hits(object, node, hits_);
}

void Scanner::report(Stats& stats) const {
  scanner_.report(stats);
  stats.add("detect.windows", windows_);
  stats.add("detect.hits", hits_count_);
  stats.add("detect.participants", participants_);
}

}  // namespace outspan::detect
