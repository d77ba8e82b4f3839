#include "app/trace_columns.h"

#include <algorithm>
#include <array>

#include "text/ascii.h"

namespace outspan::app {
namespace {

struct Word {
  std::string_view part;
  std::string_view type;
};
/// In this order: "ticket name" is a ticket. German and French words for what exports from there
/// say.
constexpr std::array kWords{
    Word{"mail", "email"},   Word{"ticket", "ticket"}, Word{"phone", "phone"},
    Word{"mobile", "phone"}, Word{"telefon", "phone"}, Word{"handy", "phone"},
    Word{"cell", "phone"},   Word{"name", "name"},     Word{"customer", "name"},
    Word{"kunde", "name"},   Word{"nom", "name"},
};
/// Parts of words that are no person's name: "username", "company name", "customerid".
constexpr std::array<std::string_view, 7> kNoNames{"user",   "login", "company", "firm",
                                                   "domain", "file",  "id"};

/// A word begins or ends with it: "id" is none of "middle name".
bool at_edge_of_word(std::string_view words, std::string_view part) {
  const auto in_word = [words](std::size_t at) {
    return at < words.size() && (text::is_letter(words[at]) || !text::is_ascii(words[at]));
  };
  for (std::size_t at = words.find(part); at != std::string_view::npos;
       at = words.find(part, at + 1))
    if (at == 0 || !in_word(at - 1) || !in_word(at + part.size())) return true;
  return false;
}

std::string_view type_of(std::string_view header) {
  std::string lower;
  for (const char c : header) lower += text::to_lower(c);
  for (const Word& word : kWords) {
    // "cancelled" is no telephone.
    if (word.part == "cell" ? !at_edge_of_word(lower, word.part)
                            : lower.find(word.part) == std::string::npos)
      continue;
    const bool no_name = word.type == "name" && std::any_of(kNoNames.begin(), kNoNames.end(),
                                                            [&lower](std::string_view part) {
                                                              return at_edge_of_word(lower, part);
                                                            });
    if (!no_name) return word.type;
  }
  return {};
}

/// The one that stands most often in the line.
char separator_of(std::string_view header) {
  constexpr std::string_view kSeparators = ",;\t|";
  return *std::max_element(kSeparators.begin(), kSeparators.end(), [header](char a, char b) {
    return std::count(header.begin(), header.end(), a) <
           std::count(header.begin(), header.end(), b);
  });
}

std::vector<std::string> fields_of(std::string_view header) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  const char separator = separator_of(header);
  for (const char c : header) {
    if (c == '"')
      quoted = !quoted;
    else if (c == separator && !quoted)
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

}  // namespace

std::vector<std::string> guess_columns(std::string_view header) {
  if (header.starts_with("\xef\xbb\xbf")) header.remove_prefix(3);
  header = header.substr(0, header.find_first_of("\r\n"));
  std::vector<std::string> columns;
  for (const std::string& field : fields_of(header))
    if (const std::string_view type = type_of(field); !type.empty())
      columns.push_back(field + ":" + std::string(type));
  return columns;
}

}  // namespace outspan::app
