#include "tests/detect/support.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <ostream>

#include "config/signature_file.h"
#include "detect/builtin.h"

namespace outspan::detect::testing {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    for (const Problem& problem : result.problems()) std::cerr << problem.to_string() << '\n';
    std::abort();
  }
  return std::move(*result);
}

}  // namespace

std::shared_ptr<const SignatureSet> builtin(const std::vector<std::string>& countries) {
  return must(SignatureSet::compile(must(load_signature_sources({"builtin"})), {countries}));
}

std::shared_ptr<const SignatureSet> compile(const std::string& yaml,
                                            const std::vector<std::string>& countries) {
  return must(SignatureSet::compile(must(config::read_signatures("test.yaml", yaml)), {countries}));
}

void PrintTo(const Value& value, std::ostream* out) {
  *out << value.id << " " << value.value << " ('" << value.text << "' at " << value.offset << ", "
       << static_cast<int>(value.confidence) << ")";
}

Bench::Bench(std::shared_ptr<const SignatureSet> signatures)
    : signatures_(signatures), scanner(std::move(signatures), *this) {}

void Bench::on_hits(const content::Object&, const content::Node&,
                    std::span<const Hit> hits) noexcept {
  for (const Hit& hit : hits)
    values.push_back({(*signatures_)[hit.signature].id, std::string(hit.value),
                      std::string(hit.text), hit.offset, hit.confidence});
}

std::vector<Value> Bench::scan(std::string_view text, std::size_t core_bytes, std::size_t around) {
  values.clear();
  core_bytes = std::min(core_bytes, text.size());
  for (std::size_t core = 0; core < text.size(); core += core_bytes) {
    const std::size_t core_end = std::min(text.size(), core + core_bytes);
    const std::size_t begin = core - std::min(core, around);
    const std::size_t end = std::min(text.size(), core_end + around);
    content::Window one;
    one.raw = text.substr(begin, end - begin);
    one.core_begin = static_cast<std::uint32_t>(core - begin);
    one.core_end = static_cast<std::uint32_t>(core_end - begin);
    one.offset = begin;
    one.at_start = begin == 0;
    one.at_end = end == text.size();
    window(one);
  }
  return values;
}

}  // namespace outspan::detect::testing
