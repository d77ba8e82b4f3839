#include "report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "alert/event/names.h"
#include "alert/event/utf8.h"

namespace outspan::report {
namespace {

constexpr unsigned kRowHeight = 38;
constexpr unsigned kTimeHeight = 120;
constexpr std::size_t kLabelBytesMax = 36;
constexpr std::size_t kNodeBytesMax = 24;
constexpr std::size_t kNodesMax = 8;
constexpr double kNodeLabel = 18, kNodeGap = 12, kWaysHeight = 200;

void begin(Html& html, const Caption& caption, double height) {
  html.open("figure").open("svg", fmt::format("role=\"img\" width=\"100%\" height=\"{:.0f}\" "
                                              "aria-labelledby=\"{}-title {}-desc\"",
                                              height, caption.id, caption.id));
  html.element("title", caption.title, fmt::format("id=\"{}-title\"", caption.id));
  html.element("desc", caption.description, fmt::format("id=\"{}-desc\"", caption.id));
}

void end(Html& html, const Caption& caption) {
  html.close().element("figcaption", caption.title).close();
}

/// Of 100; 0 of nothing.
double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::uint64_t largest(const std::vector<Bar>& bars) {
  std::uint64_t most = 0;
  for (const Bar& bar : bars) most = std::max(most, bar.amount);
  return most;
}

/// Name on the left, value on the right, above a bar.
void draw_label(Html& html, std::size_t row, const std::string& label, const std::string& value) {
  const auto y = row * kRowHeight + 14;
  html.element("text", alert::shortened(label, kLabelBytesMax), fmt::format("x=\"0\" y=\"{}\"", y));
  html.element("text", value,
               fmt::format("x=\"100%\" y=\"{}\" text-anchor=\"end\" class=\"value\"", y));
}

void draw_rect(Html& html, double x, double y, double width, double height, std::string_view css,
               std::string_view title) {
  html.open("rect", fmt::format("x=\"{:.3f}%\" y=\"{:.1f}\" width=\"{:.3f}%\" height=\"{:.1f}\" "
                                "class=\"{}\"",
                                x, y, width, height, css));
  if (!title.empty()) html.element("title", title);
  html.close();
}

/// Of a column with bytes: enough of the bar to be seen.
constexpr double kSeenPercent = 0.4;

void draw_stack(Html& html, std::size_t row, const Columns& columns) {
  double x = 0, all = 0;
  for (const std::uint64_t bytes : columns.bytes) all += static_cast<double>(bytes);
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    if (columns[column] == 0) continue;
    const double width = std::max(kSeenPercent, 100 * static_cast<double>(columns[column]) / all);
    const double left = std::min(x, 100 - kSeenPercent);
    draw_rect(html, left, static_cast<double>(row * kRowHeight + 20), std::min(width, 100 - left),
              12, fmt::format("c-{}", to_string(column)),
              fmt::format("{}: {}", to_string(column), bytes_text(columns[column])));
    x += width;
  }
}

void draw_legend(Html& html) {
  html.open("ul", "class=\"legend\"");
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::string_view name = to_string(static_cast<Column>(i));
    html.open("li").markup(fmt::format("<span class=\"swatch b-{}\"></span>", name)).text(name);
    html.close();
  }
  html.close();
}

/// A name on one side of the diagram of ways.
struct Node {
  std::string name;
  double amount = 0;
  double y = 0, height = 0;  // of its bar
  double used = 0;           // of the bar, by bands that were drawn
};

/// The largest by name, and one for all others.
std::vector<Node> nodes_of(const std::vector<Way>& ways, std::string Way::*side) {
  Ranking ranking(ways.size() + 1);
  for (const Way& way : ways) ranking.add(way.*side, way.amount);
  std::vector<Node> nodes;
  for (const Ranking::Row& row : ranking.top(kNodesMax))
    nodes.push_back({row.key, static_cast<double>(row.amount)});
  const Ranking::Row rest = ranking.rest(kNodesMax);
  if (rest.times != 0)
    nodes.push_back({fmt::format("{} others", alert::grouped(ranking.keys() - kNodesMax)),
                     static_cast<double>(rest.amount)});
  return nodes;
}

/// Places bars below one another; gives the height of all.
double place(std::vector<Node>& nodes, double all) {
  double y = 0;
  for (Node& node : nodes) {
    node.y = y + kNodeLabel;
    node.height = std::max(4.0, kWaysHeight * node.amount / all);
    y = node.y + node.height + kNodeGap;
  }
  return y;
}

std::size_t place_of(const std::vector<Node>& nodes, const std::string& name) {
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].name == name) return i;
  return nodes.size() - 1;  // the others
}

/// From node to node.
std::map<std::pair<std::size_t, std::size_t>, double> bands_of(const std::vector<Way>& ways,
                                                               const std::vector<Node>& senders,
                                                               const std::vector<Node>& receivers) {
  std::map<std::pair<std::size_t, std::size_t>, double> bands;
  for (const Way& way : ways)
    bands[{place_of(senders, way.from), place_of(receivers, way.to)}] +=
        static_cast<double>(way.amount);
  return bands;
}

void draw_band(Html& html, Node& from, Node& to, double amount) {
  if (from.amount == 0 || to.amount == 0) return;
  const double left = from.height * amount / from.amount, right = to.height * amount / to.amount;
  const double y0 = from.y + from.used, y1 = to.y + to.used;
  from.used += left;
  to.used += right;
  html.shape("path",
             fmt::format("class=\"band\" d=\"M1.5 {:.1f}C50 {:.1f} 50 {:.1f} 98.5 {:.1f}L98.5 "
                         "{:.1f}C50 {:.1f} 50 {:.1f} 1.5 {:.1f}Z\"",
                         y0, y0, y1, y1, y1 + right, y1 + right, y0 + left, y0 + left));
}

void draw_nodes(Html& html, const std::vector<Node>& nodes, bool right) {
  for (const Node& node : nodes)
    html.shape("rect", fmt::format("class=\"node\" x=\"{}\" y=\"{:.1f}\" width=\"1.5\" "
                                   "height=\"{:.1f}\"",
                                   right ? "98.5" : "0", node.y, node.height));
}

void draw_names(Html& html, const std::vector<Node>& nodes, bool right) {
  for (const Node& node : nodes)
    html.element("text", alert::shortened(node.name, kNodeBytesMax),
                 fmt::format("class=\"name\" x=\"{}\" y=\"{:.1f}\"{}", right ? "100%" : "0",
                             node.y - 5, right ? " text-anchor=\"end\"" : ""));
}

}  // namespace

void draw_bars(Html& html, const Caption& caption, const std::vector<Bar>& bars) {
  const std::uint64_t most = largest(bars);
  begin(html, caption, static_cast<double>(bars.size() * kRowHeight));
  for (std::size_t row = 0; row < bars.size(); ++row) {
    draw_label(html, row, bars[row].label, bars[row].value);
    const auto y = static_cast<double>(row * kRowHeight + 20);
    draw_rect(html, 0, y, 100, 10, "track", {});
    draw_rect(html, 0, y, percent(bars[row].amount, most), 10, "bar",
              bars[row].label + ": " + bars[row].value);
  }
  end(html, caption);
}

void draw_stacks(Html& html, const Caption& caption, const std::vector<Stack>& stacks) {
  begin(html, caption, static_cast<double>(stacks.size() * kRowHeight));
  for (std::size_t row = 0; row < stacks.size(); ++row) {
    draw_label(html, row, stacks[row].label, stacks[row].value);
    draw_stack(html, row, stacks[row].columns);
  }
  end(html, caption);
  draw_legend(html);
}

void draw_over_time(Html& html, const Caption& caption, const std::vector<Bar>& bars) {
  const std::uint64_t most = largest(bars);
  const double width = 100.0 / static_cast<double>(std::max<std::size_t>(bars.size(), 1));
  begin(html, caption, kTimeHeight + 44);
  html.element("text", alert::grouped(most), "x=\"0\" y=\"12\" class=\"value\"");
  html.shape("line", fmt::format("x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\" class=\"axis\"",
                                 kTimeHeight + 20));
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double height = std::max(percent(bars[i].amount, most) * kTimeHeight / 100,
                                   bars[i].amount == 0 ? 0.0 : 1.0);
    draw_rect(html, width * (static_cast<double>(i) + 0.1), kTimeHeight + 20 - height, width * 0.8,
              height, "bar", bars[i].label + ": " + bars[i].value);
  }
  const auto y = kTimeHeight + 38;
  if (!bars.empty()) html.element("text", bars.front().label, fmt::format("x=\"0\" y=\"{}\"", y));
  if (bars.size() > 1)
    html.element("text", bars.back().label,
                 fmt::format("x=\"100%\" y=\"{}\" text-anchor=\"end\"", y));
  end(html, caption);
}

void draw_ways(Html& html, const Caption& caption, const std::vector<Way>& ways) {
  std::vector<Node> senders = nodes_of(ways, &Way::from), receivers = nodes_of(ways, &Way::to);
  double all = 0;
  for (const Node& node : senders) all += node.amount;
  if (all == 0) return;
  const double height = std::max(place(senders, all), place(receivers, all));
  begin(html, caption, height);
  // Stretched over the page, and the names not.
  html.open("symbol", fmt::format("id=\"{}-bands\" viewBox=\"0 0 100 {:.0f}\" "
                                  "preserveAspectRatio=\"none\"",
                                  caption.id, height));
  for (const auto& [ends, amount] : bands_of(ways, senders, receivers))
    draw_band(html, senders[ends.first], receivers[ends.second], amount);
  draw_nodes(html, senders, false);
  draw_nodes(html, receivers, true);
  html.close().shape("use", fmt::format("href=\"#{}-bands\" width=\"100%\" height=\"{:.0f}\"",
                                        caption.id, height));
  draw_names(html, senders, false);
  draw_names(html, receivers, true);
  end(html, caption);
}

}  // namespace outspan::report
