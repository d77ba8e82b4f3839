#include "protocol/sql/statement.h"

#include <algorithm>

#include "text/ascii.h"

namespace outspan::protocol::sql {
namespace {

using text::equals_ignoring_case;

constexpr std::size_t kTableBytesMax = 128;

bool in_word(char c) noexcept {
  return text::is_alnum(c) || c == '_' || c == '$' || c == '#' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// A word, a quoted name, or one other character; comments and blanks are passed over. It ends
/// where a literal may end in several places, depending on the server: what follows may be a part
/// of it.
class Tokens {
 public:
  struct Token {
    std::string_view text;  ///< a quoted name without its quotes; empty at the end
    bool name = false;      ///< a word or a quoted name
    bool literal = false;
  };
  explicit Tokens(std::string_view text) noexcept : rest_(text) {}

  Token next() noexcept {
    pass_blanks();
    if (rest_.empty()) return {};
    const char first = rest_.front();
    if (first == '\'') return {quoted('\''), false, true};
    if (first == '"' || first == '`') return {quoted(first), true, false};
    if (first == '[' && brackets_a_name()) return {quoted(']'), true, false};
    if (first == '$' && begins_dollar_quote()) return {};
    std::size_t size = 0;
    while (size < rest_.size() && in_word(rest_[size])) ++size;
    const bool word = size > 0;
    return {take(word ? size : 1), word, false};
  }
  [[nodiscard]] bool goes_on_with(char c) const noexcept { return rest_.starts_with(c); }

 private:
  std::string_view take(std::size_t size) noexcept {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view quoted(char end) noexcept {
    take(1);
    const std::string_view inside = take(rest_.find(end));
    take(1);
    if (inside.find('\\') != std::string_view::npos) rest_ = {};
    return inside;
  }
  /// An element of an array is no name, and may hold literals.
  [[nodiscard]] bool brackets_a_name() const noexcept {
    const std::string_view inside = rest_.substr(1, rest_.find(']') - 1);
    return std::all_of(inside.begin(), inside.end(), [](char c) { return in_word(c) || c == ' '; });
  }
  /// "$$text$$", "$tag$text$tag$"; "$1" is a parameter.
  [[nodiscard]] bool begins_dollar_quote() const noexcept {
    return rest_.size() < 2 || !text::is_digit(rest_[1]);
  }
  void pass_blanks() noexcept {
    for (;;) {
      while (!rest_.empty() && static_cast<unsigned char>(rest_.front()) <= ' ') take(1);
      if (rest_.starts_with("/*") && !rest_.starts_with("/*!")) {
        const std::size_t end = rest_.find("*/", 2);
        take(end == std::string_view::npos ? end : end + 2);
      } else if (rest_.starts_with("--") || rest_.starts_with('#')) {
        take(rest_.find('\n'));
      } else {
        return;
      }
    }
  }
  std::string_view rest_;
};

bool is_any(std::string_view word, std::initializer_list<std::string_view> of) noexcept {
  return std::any_of(of.begin(), of.end(),
                     [word](std::string_view each) { return equals_ignoring_case(word, each); });
}

/// Anything else may be a value, where this is no statement at all.
bool is_verb(std::string_view word) noexcept {
  return is_any(word,
                {"SELECT",  "INSERT",   "UPDATE",  "DELETE",     "REPLACE",  "MERGE",    "WITH",
                 "VALUES",  "TABLE",    "COPY",    "LOAD",       "CALL",     "DO",       "EXECUTE",
                 "PREPARE", "FETCH",    "MOVE",    "DECLARE",    "CLOSE",    "BEGIN",    "START",
                 "COMMIT",  "ROLLBACK", "END",     "SAVEPOINT",  "RELEASE",  "ABORT",    "CREATE",
                 "ALTER",   "DROP",     "RENAME",  "TRUNCATE",   "GRANT",    "REVOKE",   "SET",
                 "RESET",   "SHOW",     "USE",     "DESCRIBE",   "DESC",     "EXPLAIN",  "ANALYZE",
                 "VACUUM",  "LOCK",     "UNLOCK",  "DEALLOCATE", "DISCARD",  "LISTEN",   "NOTIFY",
                 "COMMENT", "FLUSH",    "HANDLER", "KILL",       "OPTIMIZE", "CHECK",    "REPAIR",
                 "REFRESH", "REINDEX",  "CLUSTER", "CHECKPOINT", "IMPORT",   "UNLISTEN", "XA"});
}

/// The word after which the table's name stands; empty: right after the verb.
std::string_view before_table(std::string_view verb) noexcept {
  if (is_any(verb, {"INSERT", "REPLACE", "MERGE", "LOAD"})) return "INTO";
  if (is_any(verb, {"UPDATE", "COPY", "TABLE", "CALL", "TRUNCATE"})) return {};
  return "FROM";
}

/// `crm."people"` after its first word was taken: the whole of it.
std::string table_name(Tokens& tokens, Tokens::Token word) {
  while (is_any(word.text, {"ONLY", "TABLE", "IGNORE", "LOW_PRIORITY"}) && word.name)
    word = tokens.next();
  if (!word.name) return {};
  std::string name(word.text.substr(0, kTableBytesMax));
  while (tokens.goes_on_with('.')) {
    tokens.next();
    word = tokens.next();
    if (!word.name) break;
    name += '.';
    name += word.text.substr(0, kTableBytesMax);
  }
  name.resize(std::min(name.size(), kTableBytesMax));
  return name;
}

/// The word after the first `marker` outside of parentheses: those of the select list have some of
/// their own, "EXTRACT(year FROM born)".
std::string table_after(Tokens& tokens, std::string_view marker) {
  int depth = 0;
  for (auto token = tokens.next(); !token.text.empty() || token.literal || token.name;
       token = tokens.next()) {
    if (token.text == "(") ++depth;
    if (token.text == ")") --depth;
    if (depth > 0 || !token.name || !equals_ignoring_case(token.text, marker)) continue;
    token = tokens.next();
    while (token.text == "(") {  // a select inside: its own table
      token = tokens.next();
      if (is_any(token.text, {"SELECT"})) return table_after(tokens, marker);
    }
    return table_name(tokens, token);
  }
  return {};
}

}  // namespace

std::string statement_name(std::string_view text) {
  Tokens tokens(text.substr(0, kStatementBytesMax));
  Tokens::Token verb = tokens.next();
  while (verb.text == "(" || verb.text == ";") verb = tokens.next();
  if (!verb.name || !is_verb(verb.text)) return "statement";
  std::string name(verb.text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  const std::string_view marker = before_table(name);
  std::string table;
  if (marker.empty()) {
    Tokens::Token first = tokens.next();
    table = first.text == "(" ? table_after(tokens, "FROM") : table_name(tokens, first);
  } else {
    table = table_after(tokens, marker);
  }
  return table.empty() ? name : name + " " + table;
}

}  // namespace outspan::protocol::sql
