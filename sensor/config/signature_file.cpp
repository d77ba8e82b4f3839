#include "config/signature_file.h"

#include <algorithm>
#include <filesystem>

#include "config/country_code.h"
#include "config/yaml_reader.h"

namespace outspan::config {
namespace {

constexpr std::size_t kIdBytesMax = 64;
constexpr std::size_t kExamplesMax = 1000;
constexpr std::uint32_t kContextBytesMax = 64;

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= kIdBytesMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void read_countries(const YamlValue& value, std::vector<std::string>& out) {
  value.read(out);
  for (const std::string& country : out)
    if (!is_country_code(country)) value.fail("must be ISO 3166 codes such as GB, got " + country);
}

void read_examples(const YamlValue& list, bool must_match, std::vector<SignatureExample>& out) {
  for (const YamlValue& item : list.items()) {
    SignatureExample example;
    example.where = item.where();
    if (item.is_scalar()) {
      item.read(example.text);
    } else {
      YamlMap map(item, must_match ? "a match example" : "a no_match example");
      map.require("text").read(example.text);
      if (must_match) {
        std::string value;
        const YamlValue given = map["value"];
        if (given.given() && given.read(value)) example.value = value;
        const YamlValue sure = map["confidence"];
        std::uint8_t confidence = 0;
        if (sure.given() && sure.read_integer(confidence, 1, 100)) example.confidence = confidence;
      } else {
        map.require("why").read(example.why);
      }
      read_countries(map["countries"], example.countries);
      map.finish();
    }
    if (example.text.empty()) item.fail("the text of an example must not be empty");
    if (out.size() == kExamplesMax) return item.fail("more than 1000 examples");
    out.push_back(std::move(example));
  }
}

void read_context(const YamlValue& value, SignatureSpec& spec) {
  YamlMap map(value, "the context of a signature");
  map["words"].read(spec.context.words);
  map["within"].read_integer(spec.context.within_bytes, 1, kContextBytesMax);
  map["required"].read(spec.context.required);
  map.finish();
  for (const std::string& word : spec.context.words) {
    if (word.empty() || word.size() > kContextBytesMax)
      value.fail("a context word must have 1..64 bytes");
  }
  if (spec.context.required && spec.context.words.empty())
    value.fail("context is required, but no words are given");
}

void read_what(YamlMap& map, const YamlValue& whole, SignatureSpec& spec) {
  map["detector"].read(spec.detector);
  map["template"].read(spec.text_template);
  const YamlValue pattern = map["pattern"];
  pattern.read(spec.pattern);
  spec.pattern_where = pattern.given() ? pattern.where() : spec.where;
  const YamlValue caseless = map["caseless"], validator = map["validator"];
  caseless.read(spec.caseless);
  validator.read(spec.validator);
  const int given = static_cast<int>(!spec.detector.empty()) +
                    static_cast<int>(!spec.text_template.empty()) +
                    static_cast<int>(!spec.pattern.empty());
  if (given != 1) whole.fail("must have exactly one of detector, template and pattern");
  if (spec.pattern.empty()) {
    if (caseless.given()) caseless.fail("goes only with pattern");
    if (validator.given()) validator.fail("goes only with pattern; a detector brings its own");
  }
}

SignatureSpec read_signature(const YamlValue& value) {
  SignatureSpec spec;
  spec.where = value.where();
  YamlMap map(value, "a signature");
  const YamlValue id = map.require("id");
  if (id.read(spec.id) && id.given() && !is_id(spec.id))
    id.fail("must be lower-case letters, digits and '-', at most 64");
  map.require("title").read(spec.title);
  read_what(map, value, spec);
  read_context(map["context"], spec);

  YamlMap confidence(map["confidence"], "the confidence of a signature");
  confidence["base"].read_integer(spec.confidence_base, 0, 100);
  spec.confidence_with_context = std::max(spec.confidence_with_context, spec.confidence_base);
  const YamlValue with_context = confidence["with_context"];
  with_context.read_integer(spec.confidence_with_context, 0, 100);
  if (with_context.given() && spec.confidence_with_context < spec.confidence_base)
    with_context.fail("must not be below base");
  confidence.finish();

  read_countries(map["countries"], spec.countries);
  std::size_t severity = 0;
  const YamlValue severity_value = map["severity"];
  if (severity_value.given() &&
      severity_value.read_choice(severity, {"low", "medium", "high", "critical"}))
    spec.severity = static_cast<Severity>(severity);

  YamlMap examples(map["examples"], "the examples of a signature");
  read_examples(examples["match"], true, spec.match);
  read_examples(examples["no_match"], false, spec.no_match);
  examples.finish();
  map.finish();
  return spec;
}

Result<std::vector<SignatureSpec>> read_document(YamlDocument document) {
  std::vector<SignatureSpec> specs;
  if (document.problems().empty()) {
    const YamlValue root = YamlValue::root(document);
    if (root.is_list()) {
      for (const YamlValue& item : root.items()) specs.push_back(read_signature(item));
    } else if (root.is_map()) {
      specs.push_back(read_signature(root));
    } else {
      root.fail("must be a signature or a list of signatures");
    }
  }
  if (!document.problems().empty()) return document.problems();
  return specs;
}

}  // namespace

Result<std::vector<SignatureSpec>> read_signatures(const std::string& name,
                                                   const std::string& text) {
  return read_document(YamlDocument::parse(name, text));
}

Result<std::vector<SignatureSpec>> load_signatures(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return read_document(YamlDocument::load(path));

  std::vector<std::string> files;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    const std::string extension = it->path().extension().string();
    if (extension == ".yaml" || extension == ".yml") files.push_back(it->path().string());
  }
  if (error) return Problem{path, "cannot be read: " + error.message()};
  if (files.empty()) return Problem{path, "holds no *.yaml"};
  std::sort(files.begin(), files.end());

  std::vector<SignatureSpec> specs;
  Problems problems;
  for (const std::string& file : files) {
    auto read = read_document(YamlDocument::load(file));
    if (!read) {
      problems.insert(problems.end(), read.problems().begin(), read.problems().end());
      continue;
    }
    for (SignatureSpec& spec : *read) specs.push_back(std::move(spec));
  }
  if (!problems.empty()) return problems;
  return specs;
}

}  // namespace outspan::config
