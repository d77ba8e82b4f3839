#include "detect/masking_form.h"

#include <algorithm>

#include "text/utf8.h"

namespace outspan::detect {
namespace {

std::string stars(std::size_t count) { return std::string(count, '*'); }

/// The first character, where the text is long enough to hide among others.
std::string initial(std::string_view text) {
  std::size_t characters = 0, first_size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text::continues(text[i])) continue;
    if (++characters == 2) first_size = i;
  }
  return characters < 4 ? std::string() : std::string(text.substr(0, first_size));
}

std::string email_form(std::string_view value) {
  const std::size_t at = value.rfind('@');
  if (at == std::string_view::npos) return "***";
  const std::string_view domain = value.substr(at + 1);
  const std::size_t dot = domain.rfind('.');
  const std::string_view top = dot == std::string_view::npos ? "" : domain.substr(dot);
  return initial(value.substr(0, at)) + "***@" + initial(domain.substr(0, dot)) + "***" +
         std::string(top);
}

std::string phone_form(const PhoneRules& rules, std::string_view value) {
  const std::string_view digits = value.substr(std::min<std::size_t>(1, value.size()));
  const std::size_t code = rules.calling_code_size(digits);
  const std::string_view national = digits.substr(code);
  const std::size_t shown = national.size() >= 8 ? 2 : 0;
  return "+" + std::string(digits.substr(0, code)) + " " + stars(national.size() - shown) +
         std::string(national.substr(national.size() - shown));
}

std::string template_form(const TextTemplate& form, std::string_view value) {
  const std::size_t prefix = std::min(form.prefix_size(), value.size());
  const std::size_t variable = value.size() - prefix;
  const std::size_t shown = std::min<std::size_t>(2, variable / 4);
  return std::string(value.substr(0, prefix)) + stars(variable - shown) +
         std::string(value.substr(value.size() - shown));
}

/// All of it is ASCII that prints: so are nearly all texts.
bool shows_itself(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

std::string masking_form(const SignatureSet& signatures, SignatureIndex index,
                         std::string_view value) {
  const Signature& signature = signatures[index];
  switch (signature.detector) {
    case Detector::email: return email_form(value);
    case Detector::phone: return phone_form(signatures.phone_rules(), value);
    case Detector::text_template: return template_form(*signature.text_template, value);
    default: break;
  }
  const bool card = signature.what == "payment-card";
  std::size_t shown = std::min<std::size_t>(card ? 4 : 2, value.size() / 4);
  if (card) return stars(value.size() - shown) + std::string(value.substr(value.size() - shown));
  // Not in the middle of a character.
  while (shown > 0 && text::continues(value[shown])) --shown;
  return std::string(value.substr(0, shown)) +
         stars(std::min<std::size_t>(value.size() - shown, 32));
}

std::string address_form(std::string_view value) { return email_form(value); }

std::string number_form(const SignatureSet& signatures, std::string_view digits) {
  return phone_form(signatures.phone_rules(), "+" + std::string(digits));
}

std::string ticket_form(std::string_view value) {
  const std::size_t digits = std::min(value.find_first_of("0123456789"), value.size());
  // Letters in front are everybody's, unless they are most of it.
  const std::size_t prefix = digits * 2 <= value.size() ? digits : 0;
  const std::size_t shown = std::min<std::size_t>(2, (value.size() - prefix) / 4);
  return std::string(value.substr(0, prefix)) + stars(value.size() - prefix - shown) +
         std::string(value.substr(value.size() - shown));
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  static constexpr std::string_view kMore = "\xe2\x80\xa6";
  if (text.size() + kMore.size() <= bytes_max && shows_itself(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const text::Character c = text::character_at(text, at);
    const bool bad = c.size == 0 || text::is_harmful_to_show(c.code);
    const std::string_view one = bad ? "?" : text.substr(at, c.size);
    at += std::max<std::size_t>(c.size, 1);
    if (out.size() + one.size() + kMore.size() > bytes_max) {
      out += kMore;
      break;
    }
    out += one;
  }
  return out;
}

}  // namespace outspan::detect
