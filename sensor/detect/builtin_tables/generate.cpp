// Writes the tables of builtin_tables.h: a tool of the build.
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/handle.h"
#include "detect/builtin.h"
#include "detect/hyperscan.h"
#include "detect/signature_set.h"

namespace {

using namespace outspan;

[[noreturn]] void fail(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) text += problem.where + ": " + problem.what + '\n';
  throw std::runtime_error(text);
}

std::string literal(std::string_view text) {
  std::string quoted = "\"";
  for (const char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '?')
      quoted += fmt::format("\\{:03o}", byte);
    else
      quoted += c;
  }
  return fmt::format("std::string({}\", {})", quoted, text.size());
}

template <typename T, typename F>
std::string list(const std::vector<T>& values, F each) {
  std::string text = "{";
  for (const T& value : values) text += each(value) + ", ";
  return text + "}";
}

std::string number(std::uint8_t value) { return fmt::format("std::uint8_t{{{}}}", value); }

std::string example(const config::SignatureExample& of) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}}}", literal(of.text),
                     of.value ? literal(*of.value) : "std::nullopt",
                     of.confidence ? number(*of.confidence) : "std::nullopt",
                     list(of.countries, literal), literal(of.why), literal(of.where));
}

std::string signature(const config::SignatureSpec& of) {
  const std::string context = fmt::format("{{{}, {}, {}}}", list(of.context.words, literal),
                                          of.context.within_bytes, of.context.required);
  const std::string severity =
      of.severity ? fmt::format("config::Severity({})", static_cast<int>(*of.severity))
                  : "std::nullopt";
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}",
                     literal(of.where), literal(of.id), literal(of.title), literal(of.detector),
                     literal(of.text_template), literal(of.pattern), literal(of.pattern_where),
                     of.caseless, literal(of.validator), context, number(of.confidence_base),
                     number(of.confidence_with_context), list(of.countries, literal), severity,
                     list(of.match, example), list(of.no_match, example));
}

/// One function a signature: a compiler takes long over one large initializer.
std::string signature_functions(const std::vector<config::SignatureSpec>& specs) {
  std::string functions, calls;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    functions += fmt::format("config::SignatureSpec signature_{}() {{\n  return {};\n}}\n", i,
                             signature(specs[i]));
    calls += fmt::format("  specs.push_back(signature_{}());\n", i);
  }
  return functions + fmt::format(
                         "std::vector<config::SignatureSpec> signatures() {{\n"
                         "  std::vector<config::SignatureSpec> specs;\n"
                         "  specs.reserve({});\n{}  return specs;\n}}\n",
                         specs.size(), calls);
}

std::string byte_array(const std::string& name, Bytes bytes) {
  std::string text = fmt::format("const std::uint8_t {}[] = {{", name);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    text += fmt::format("{}{},", i % 32 == 0 ? "\n" : "", bytes[i]);
  return text + "};\n";
}

std::string databases(const std::vector<std::vector<detect::HsExpression>>& sets) {
  std::string arrays, rows;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    auto compiled = detect::compile_database(sets[i]);
    if (!compiled) fail(compiled.problems());
    char* bytes = nullptr;
    std::size_t size = 0;
    if (hs_serialize_database(compiled->get(), &bytes, &size) != HS_SUCCESS)
      throw std::runtime_error("a database cannot be serialized");
    const CHandle<char, std::free> owner(bytes);
    const std::string name = fmt::format("kDatabase{}", i);
    arrays += byte_array(name, as_bytes({bytes, size}));
    rows += fmt::format("    {{{}u, {}}},\n", detect::expressions_hash(sets[i]), name);
  }
  return arrays + "const SerializedDatabase kDatabases[] = {\n" + rows + "};\n";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: outspan_builtin_tables OUTPUT.cpp");
  auto specs = detect::load_signature_sources({"builtin"});
  if (!specs) fail(specs.problems());
  auto set = detect::SignatureSet::compile(*specs, {});
  if (!set) fail(set.problems());
  std::ofstream out(argv[1]);
  out << "// Generated from signatures/*.yaml.\n#include \"detect/builtin_tables.h\"\n\n"
         "namespace outspan::detect {\nnamespace {\n\n"
      << signature_functions(*specs)
      << databases({detect::self_test_expressions(), (*set)->trigger_expressions(),
                    (*set)->words().expressions()})
      << "const BuiltinTables kTables{signatures, kDatabases};\n\n}  // namespace\n\n"
         "const BuiltinTables& builtin_tables() noexcept { return kTables; }\n\n"
         "}  // namespace outspan::detect\n";
  out.close();
  if (!out) throw std::runtime_error(std::string("cannot write ") + argv[1]);
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << "outspan_builtin_tables: " << error.what() << '\n';
  return EXIT_FAILURE;
}
