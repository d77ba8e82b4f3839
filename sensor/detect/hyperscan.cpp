#include "detect/hyperscan.h"

#include <cstdint>
#include <string_view>

#include "core/hash.h"
#include "detect/builtin_tables.h"
#include "text/hex.h"

namespace outspan::detect {
namespace {

/// The only version whose results were compared with a reference on all its code paths.
constexpr std::string_view kTestedVersion = "5.4.0 ";

/// The pattern on which Vectorscan 5.4.9 was seen to lose up to a third of the matches.
constexpr const char* kCanary = "[a-z0-9]@[a-z0-9.-]{1,100}\\.[a-z]{2}";

int collect_end(unsigned, unsigned long long, unsigned long long to, unsigned, void* context) {
  static_cast<std::vector<bool>*>(context)->at(static_cast<std::size_t>(to)) = true;
  return 0;
}

bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Marks each end of a match of kCanary: the slow and simple way.
std::vector<bool> reference_ends(const std::string& text) {
  std::vector<bool> ends(text.size() + 1);
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] != '@' || !lower_or_digit(text[at - 1])) continue;
    for (std::size_t i = at + 1; i < text.size() && i <= at + 101; ++i) {
      const auto letter = [&](std::size_t p) {
        return p < text.size() && text[p] >= 'a' && text[p] <= 'z';
      };
      if (text[i] == '.' && i > at + 1 && letter(i + 1) && letter(i + 2)) ends[i + 3] = true;
      if (!lower_or_digit(text[i]) && text[i] != '.' && text[i] != '-') break;
    }
  }
  return ends;
}

/// Fillers without and with false starts, an address at a place that varies, at block ends too.
std::string sample_text(std::uint64_t number) {
  static constexpr std::string_view kFiller[] = {"lorem ipsum, ", ",", "0123456789 ", "<td>", "@ "};
  const std::uint64_t random = mix64(number + 1);
  const std::size_t size = 40 + random % 660;
  const std::string_view filler = kFiller[random >> 20 & 3];
  std::string text;
  while (text.size() < size) text += filler;
  const std::string address = "ann" + std::to_string(number) + "@mail.example.com";
  const std::size_t from_end = number % 3 == 0 ? random >> 32 & 15 : random >> 32 & 511;
  text.insert(text.size() - std::min(text.size(), from_end), address);
  if ((random >> 60 & 1) != 0) text += "@";
  return text;
}

/// nullptr: the build made none, or the library does not take it.
HsDatabase built_database(const std::vector<HsExpression>& expressions) {
  const BuiltinTables* const tables = builtin_tables_in_use();
  if (tables == nullptr) return nullptr;
  const std::uint64_t wanted = expressions_hash(expressions);
  for (const SerializedDatabase& built : tables->databases) {
    if (built.expressions_hash != wanted) continue;
    hs_database_t* database = nullptr;
    const auto* const bytes = reinterpret_cast<const char*>(built.bytes.data());
    if (hs_deserialize_database(bytes, built.bytes.size(), &database) == HS_SUCCESS)
      return HsDatabase(database);
  }
  return nullptr;
}

}  // namespace

std::uint64_t expressions_hash(const std::vector<HsExpression>& expressions) {
  std::string all;
  for (const HsExpression& expression : expressions)
    all += expression.pattern + '\0' + std::to_string(expression.flags) + '\0';
  return siphash({}, as_bytes(all));
}

Result<HsDatabase> compile_database(const std::vector<HsExpression>& expressions) {
  if (HsDatabase built = built_database(expressions)) return built;
  std::vector<const char*> patterns;
  std::vector<unsigned> flags, ids;
  for (const HsExpression& expression : expressions) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    patterns.push_back(expression.pattern.c_str());
    flags.push_back(expression.flags);
  }
  const hs_platform_info_t any_processor{HS_TUNE_FAMILY_GENERIC, 0, 0, 0};
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(patterns.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(patterns.size()), HS_MODE_BLOCK, &any_processor,
                       &database, &error) == HS_SUCCESS)
    return HsDatabase(database);
  const CHandle<hs_compile_error_t, hs_free_compile_error> owner(error);
  const bool known = error->expression >= 0;
  const HsExpression* at =
      known ? &expressions[static_cast<std::size_t>(error->expression)] : nullptr;
  return Problem{known ? at->where : "", (known ? "cannot compile '" + at->pattern + "': "
                                                : std::string("cannot compile: ")) +
                                             error->message};
}

std::vector<HsExpression> self_test_expressions() { return {{kCanary, 0, "self-test"}}; }

namespace {

std::optional<Problem> run_self_test() {
  const std::string version = hs_version();
  if (!version.starts_with(kTestedVersion))
    return Problem{"libhs " + version,
                   "is not Hyperscan 5.4.0, the version that was tested (Vectorscan, which goes by "
                   "the same name, loses matches); install libhyperscan5"};
  if (hs_valid_platform() != HS_SUCCESS)
    return Problem{"libhs " + version, "needs a processor with SSSE3"};

  auto database = compile_database(self_test_expressions());
  if (!database) return database.problems().front();
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database->get(), &scratch) != HS_SUCCESS)
    return Problem{"libhs " + version, "cannot allocate its working memory"};
  const HsScratch owner(scratch);
  for (std::uint64_t number = 0; number < 400; ++number) {
    const std::string text = sample_text(number);
    std::vector<bool> ends(text.size() + 1);
    hs_scan(database->get(), text.data(), static_cast<unsigned>(text.size()), 0, scratch,
            collect_end, &ends);
    if (ends != reference_ends(text))
      return Problem{"libhs " + version,
                     "failed its self-test: it does not find all matches of a known text on this "
                     "processor, so detection would miss values"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> check_hyperscan() {
  static const std::optional<Problem> problem = run_self_test();
  return problem;
}

std::string escape_expression(std::string_view text) {
  std::string escaped;
  for (const char& c : text) escaped += "\\x" + text::to_hex(as_bytes({&c, 1}));
  return escaped;
}

}  // namespace outspan::detect
