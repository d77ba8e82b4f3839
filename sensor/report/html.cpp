#include "report/html.h"

#include <fmt/format.h>

#include <cassert>

#include "alert/event/names.h"
#include "alert/event/utf8.h"

namespace outspan::report {

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : alert::printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::string_view kUnits[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // 999.95 would be shown as 1000.0.
  for (; value >= (unit == 0 ? 1000 : 999.95) && unit + 1 < std::size(kUnits); ++unit)
    value /= 1000;
  if (unit == 0) return fmt::format("{} {}", bytes, bytes == 1 ? "byte" : "bytes");
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string bytes_markup(std::uint64_t bytes) {
  return fmt::format("<data value=\"{}\">{}</data>", bytes, bytes_text(bytes));
}

std::string number_markup(std::uint64_t number) {
  return fmt::format("<data value=\"{}\">{}</data>", number, alert::grouped(number));
}

std::string time_text(Timestamp time) {
  const std::string full = to_rfc3339(time);
  return full.substr(0, 10) + " " + full.substr(11, 8) + " UTC";
}

std::string time_markup(Timestamp time) {
  return fmt::format("<time datetime=\"{}\">{}</time>", to_rfc3339(time), time_text(time));
}

Html& Html::open(std::string_view tag, std::string_view attributes) {
  out_ += '<';
  out_ += tag;
  if (!attributes.empty()) out_.append(" ").append(attributes);
  out_ += '>';
  open_.emplace_back(tag);
  return *this;
}

Html& Html::close() {
  assert(!open_.empty());
  out_.append("</").append(open_.back()).append(">\n");
  open_.pop_back();
  return *this;
}

Html& Html::text(std::string_view text) { return markup(escape(text)); }

Html& Html::markup(std::string_view markup) {
  out_ += markup;
  return *this;
}

Html& Html::element(std::string_view tag, std::string_view text, std::string_view attributes) {
  return open(tag, attributes).text(text).close();
}

Html& Html::shape(std::string_view tag, std::string_view attributes) {
  out_.append("<").append(tag).append(" ").append(attributes).append("/>");
  return *this;
}

std::string Html::take() {
  assert(open_.empty());
  return std::move(out_);
}

Table::Table(Html& html, std::string_view caption, std::vector<Heading> headings)
    : html_(html), headings_(std::move(headings)) {
  html_.open("div", "class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
                        escape(caption) + "\"");
  html_.open("table").element("caption", caption).open("thead").open("tr");
  for (const Heading& heading : headings_)
    html_.element("th", heading.text,
                  heading.is_number ? "scope=\"col\" class=\"n\"" : "scope=\"col\"");
  html_.close().close().open("tbody");
}

void Table::row(const std::vector<std::string>& cells) {
  assert(cells.size() == headings_.size());
  html_.open("tr");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const char* const attributes = i == 0                   ? "scope=\"row\""
                                   : headings_[i].is_number ? "class=\"n\""
                                                            : "";
    html_.open(i == 0 ? "th" : "td", attributes).markup(cells[i]).close();
  }
  html_.close();
}

void Table::end() { html_.close().close().close(); }

}  // namespace outspan::report
