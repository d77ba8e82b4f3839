#include "tests/detect/support.h"

#include <map>
#include <ostream>

#include "config/signature_file.h"
#include "detect/builtin.h"
#include "tests/support/windows.h"

namespace outspan::detect::testing {

std::shared_ptr<const SignatureSet> builtin(const std::vector<std::string>& countries) {
  static std::map<std::vector<std::string>, std::shared_ptr<const SignatureSet>> sets;
  auto& set = sets[countries];
  if (!set)
    set = must(SignatureSet::compile(must(load_signature_sources({"builtin"})), {countries}));
  return set;
}

std::shared_ptr<const SignatureSet> compile(const std::string& yaml,
                                            const std::vector<std::string>& countries) {
  return must(SignatureSet::compile(must(config::read_signatures("test.yaml", yaml)), {countries}));
}

void PrintTo(const Value& value, std::ostream* out) {
  *out << value.id << " " << value.value << " ('" << value.text << "' at " << value.offset << ", "
       << static_cast<int>(value.confidence) << ")";
}

Bench::Bench(std::shared_ptr<const SignatureSet> signatures, CandidateSink* candidates)
    : signatures_(signatures), scanner(std::move(signatures), *this, candidates) {}

void Bench::on_hits(const content::Object&, const content::Node&,
                    std::span<const Hit> hits) noexcept {
  for (const Hit& hit : hits)
    values.push_back({(*signatures_)[hit.signature].id, std::string(hit.value),
                      std::string(hit.text), hit.offset, hit.confidence});
}

std::vector<Value> Bench::scan(std::string_view text, std::size_t core_bytes, std::size_t around) {
  values.clear();
  each_window(text, core_bytes, around, [this](const content::Window& one) { window(one); });
  return values;
}

}  // namespace outspan::detect::testing
