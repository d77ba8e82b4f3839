#include "fingerprint/build/first_line.h"

#include <algorithm>

#include "config/nearest_name.h"
#include "text/fold.h"

namespace outspan::fingerprint {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Without what nobody sees.
std::string folded(std::string_view name) { return std::string(trimmed(text::fold(name))); }

std::string name_of(char separator) {
  return separator == '\t' ? "TAB" : "'" + std::string(1, separator) + "'";
}

/// Looks columns up by their names.
class Names {
 public:
  Names(std::string where, char separator, const std::vector<std::string_view>& fields)
      : where_(std::move(where)), separator_(separator) {
    for (const std::string_view field : fields) names_.push_back(folded(field));
  }

  std::size_t find(const std::string& name) {
    const auto found = std::find(names_.begin(), names_.end(), folded(name));
    if (found == names_.end()) {
      problems_.push_back({where_, "there is no column '" + name + "'; " + hint(name)});
      return 0;
    }
    if (std::find(std::next(found), names_.end(), folded(name)) != names_.end())
      problems_.push_back({where_, "two columns are called '" + name + "'"});
    return static_cast<std::size_t>(found - names_.begin());
  }
  [[nodiscard]] const Problems& problems() const noexcept { return problems_; }

 private:
  [[nodiscard]] std::string hint(const std::string& name) const {
    const std::string nearest = config::nearest_name(folded(name), names_);
    if (!nearest.empty()) {
      const auto field = std::find(names_.begin(), names_.end(), nearest) - names_.begin() + 1;
      return "field " + std::to_string(field) + " of the first line is spelled almost like it";
    }
    if (names_.size() == 1)
      return "the first line, which must name the columns, has one field: is the separator " +
             name_of(separator_) + "? (--separator)";
    return "the first line must name the columns; it has " + std::to_string(names_.size()) +
           " fields, separated by " + name_of(separator_);
  }

  std::string where_;
  char separator_;
  std::vector<std::string> names_;
  Problems problems_;
};

}  // namespace

Result<FirstLine> read_first_line(const std::string& source, const BuildOptions& options,
                                  const CsvCutter::Piece& piece) {
  FirstLine first;
  SourceShape& shape = first.shape;
  const std::string_view line = std::string_view(piece.text).substr(0, piece.text.find('\n'));
  shape.separator = options.separator != '\0' ? options.separator : guess_separator(line);
  CsvReader csv(piece.text, shape.separator, piece.line);
  std::vector<std::string_view> fields;
  const auto answer = csv.next(fields);
  const std::string where =
      source + ":" + std::to_string(csv.place().line) + ":" + std::to_string(csv.place().column);
  if (answer == CsvReader::Answer::bad) return Problem{where, csv.problem()};
  if (answer == CsvReader::Answer::end) return Problem{source, "the source is empty"};
  first.bytes = csv.consumed();
  shape.fields = fields.size();
  Names names(where, shape.separator, fields);
  for (const auto& column : options.columns)
    shape.columns.push_back({names.find(column.header), column.type});
  if (!options.canary_header.empty()) shape.canary_field = names.find(options.canary_header);
  if (!names.problems().empty()) return names.problems();
  return first;
}

}  // namespace outspan::fingerprint
