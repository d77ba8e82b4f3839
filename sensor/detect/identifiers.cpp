// National identifiers. Each check names the rule it follows; layouts are read by NumberFormats.
#include <array>

#include "detect/checksum.h"
#include "detect/number_format.h"

namespace outspan::detect {
namespace {

int two(std::string_view digits, std::size_t at) noexcept {
  return digit(digits[at]) * 10 + digit(digits[at + 1]);
}
int last(std::string_view digits) noexcept { return digit(digits.back()); }

/// 20 CFR 422.103; numbers issued since 2011 have no meaning in the area, but 000, 666 and 9xx
/// stay unused.
bool us_ssn(std::string_view d) noexcept {
  const auto area = to_number(d.substr(0, 3));
  // Printed on wallet cards and in leaflets, so in thousands of files as an example.
  if (d == "078051120" || d == "219099999" || d == "123456789") return false;
  return area != 0 && area != 666 && area < 900 && two(d, 3) != 0 && to_number(d.substr(5)) != 0;
}

bool uk_nhs(std::string_view d) noexcept {
  const int check = 11 - weighted_sum(d.substr(0, 9), ":98765432") % 11;
  return check != 10 && check % 11 == last(d);
}

bool ca_sin(std::string_view d) noexcept { return d[0] != '0' && d[0] != '8' && luhn(d); }

/// INSEE: sex, year, month, department, commune, order, key = 97 - number mod 97.
bool fr_nir(std::string_view d) noexcept {
  const int month = two(d, 3);
  if ((d[0] != '1' && d[0] != '2') || month == 0 || (month > 12 && month < 20)) return false;
  return 97 - static_cast<int>(to_number(d.substr(0, 13)) % 97) == two(d, 13);
}

/// One digit occurs two or three times, the others at most once (ISO 7064 check besides).
bool de_tax_id(std::string_view d) noexcept {
  if (d[0] == '0' || !mod11_10(d)) return false;
  std::array<int, 10> count{};
  for (const char c : d.substr(0, 10)) ++count[static_cast<std::size_t>(digit(c))];
  int repeated = 0;
  for (const int n : count) {
    if (n > 3) return false;
    repeated += n > 1;
  }
  return repeated == 1;
}

bool nl_bsn(std::string_view d) noexcept {
  const int sum = weighted_sum(d.substr(0, 8), "98765432") - last(d);
  return sum % 11 == 0 && to_number(d) > 9'999'999;
}

/// Born from 2000 on: the remainder is taken with a 2 put in front.
bool be_national(std::string_view d) noexcept {
  const int month = two(d, 2) % 20, day = two(d, 4);
  if (month > 12 || day > 31) return false;
  const auto number = to_number(d.substr(0, 9));
  const auto check = static_cast<unsigned>(two(d, 9));
  return 97 - number % 97 == check || 97 - (number + 2'000'000'000ULL) % 97 == check;
}

/// The century is in the month: +80, +0, +20, +40, +60.
bool pl_pesel(std::string_view d) noexcept {
  const int month = two(d, 2) % 20;
  return is_date(0, month, two(d, 4)) && weighted_sum(d, "13791379131") % 10 == 0;
}

/// Ten digits, or twelve with the century. Coordination numbers add 60 to the day.
bool se_personal(std::string_view d) noexcept {
  if (d.size() == 12) {
    const int century = two(d, 0);
    if (century < 18 || century > 20) return false;
    d.remove_prefix(2);
  }
  const int day = two(d, 4);
  return is_date(0, two(d, 2), day > 60 ? day - 60 : day) && luhn(d);
}

/// D numbers add 40 to the day.
bool no_birth(std::string_view d) noexcept {
  const int day = two(d, 0);
  return is_date(0, two(d, 2), day > 40 ? day - 40 : day) &&
         weighted_sum(d.substr(0, 10), "3761894521") % 11 == 0 &&
         weighted_sum(d, "54327654321") % 11 == 0;
}

/// No check digit since 2007, so only the date can be tested.
bool dk_cpr(std::string_view d) noexcept {
  return is_date(0, two(d, 2), two(d, 0)) && d.substr(6) != "0000";
}

bool pt_nif(std::string_view d) noexcept {
  if (std::string_view("1235689").find(d[0]) == std::string_view::npos) return false;
  const int rest = weighted_sum(d.substr(0, 8), "98765432") % 11;
  return (rest < 2 ? 0 : 11 - rest) == last(d);
}

bool ch_ahv(std::string_view d) noexcept { return d.starts_with("756") && ean13(d); }

bool br_cpf(std::string_view d) noexcept {
  const int first = weighted_sum(d.substr(0, 9), ":98765432") * 10 % 11 % 10;
  const int second = weighted_sum(d.substr(0, 10), ";:98765432") * 10 % 11 % 10;
  return first == digit(d[9]) && second == digit(d[10]);
}

bool in_aadhaar(std::string_view d) noexcept { return d[0] >= '2' && verhoeff(d); }

/// Weights 1 4 3 7 5 8 6 9 10.
bool au_tfn(std::string_view d) noexcept { return weighted_sum(d, "14375869:") % 11 == 0; }

bool au_medicare(std::string_view d) noexcept {
  return d[0] >= '2' && d[0] <= '6' && d[9] != '0' &&
         weighted_sum(d.substr(0, 8), "13791379") % 10 == digit(d[8]);
}

bool tr_tckn(std::string_view d) noexcept {
  if (d[0] == '0') return false;
  const int odd = digit(d[0]) + digit(d[2]) + digit(d[4]) + digit(d[6]) + digit(d[8]);
  const int even = digit(d[1]) + digit(d[3]) + digit(d[5]) + digit(d[7]);
  return (odd * 7 - even + 100) % 10 == digit(d[9]) && (odd + even + digit(d[9])) % 10 == last(d);
}

bool za_id(std::string_view d) noexcept {
  return is_date(0, two(d, 2), two(d, 4)) && d[10] <= '1' && luhn(d);
}

/// GB 11643: region, date of birth, order, check by ISO 7064 MOD 11-2 ('X' is ten).
bool cn_resident(std::string_view d) noexcept {
  if (d[0] < '1' || d[0] > '8') return false;
  const int year = two(d, 6) * 100 + two(d, 8);
  return year >= 1900 && year < 2100 && is_date(year, two(d, 10), two(d, 12));
}
bool cn_letters(TextSpan text, Finding& f) noexcept {
  static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  char check = f.canonical[17];
  if (f.size == 17) {
    check = to_upper(text.after(f.end));
    if (check != 'X') return false;
    f.add(check);
    ++f.end;
  }
  int sum = 0;
  for (int i = 0; i < 17; ++i) sum += digit(f.canonical[i]) * kWeights[i];
  return "10X98765432"[sum % 11] == check;
}

bool any_digits(std::string_view) noexcept { return true; }

constexpr std::string_view kSpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";

/// The letter behind, with or without a dash.
bool take_suffix(TextSpan text, Finding& f, char& letter) noexcept {
  std::uint32_t at = f.end;
  if (text.after(at) == '-') ++at;
  letter = to_upper(text.after(at));
  f.end = at + 1;
  return is_upper(letter);
}

bool es_dni(TextSpan text, Finding& f) noexcept {
  char letter = 0;
  if (!take_suffix(text, f, letter) || kSpanishLetters[to_number(f.value()) % 23] != letter)
    return false;
  f.add(letter);
  return true;
}

bool es_nie(TextSpan text, Finding& f) noexcept {
  std::uint32_t at = f.begin;
  if (text.before(at) == '-') --at;
  const char first = to_upper(text.before(at));
  char letter = 0;
  if (first < 'X' || first > 'Z' || !take_suffix(text, f, letter)) return false;
  const auto number =
      static_cast<unsigned long long>(first - 'X') * 10'000'000 + to_number(f.value());
  if (kSpanishLetters[number % 23] != letter) return false;
  const Finding digits = f;
  f.size = 0;
  f.add(first);
  for (const char c : digits.value()) f.add(c);
  f.add(letter);
  f.begin = at - 1;
  return true;
}

/// HMRC's manual, NIM39110: no D F I Q U V as either letter, no O as the second.
bool uk_nino(TextSpan text, Finding& f) noexcept {
  std::uint32_t begin = f.begin, end = f.end;
  if (text.before(begin) == ' ') --begin;
  if (begin < 2) return false;
  const char a = text.bytes[begin - 2], b = text.bytes[begin - 1];
  if (text.after(end) == ' ') ++end;
  const char suffix = text.after(end);
  const auto letter = [](char c) {
    return is_upper(c) && std::string_view("DFIQUV").find(c) == std::string_view::npos;
  };
  if (!letter(a) || !letter(b) || b == 'O' || suffix < 'A' || suffix > 'D') return false;
  const std::array<char, 2> pair{a, b};
  for (const char* unused : {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}) {
    if (std::string_view(pair.data(), 2) == unused) return false;
  }
  const Finding digits = f;
  f.size = 0;
  f.add(a);
  f.add(b);
  for (const char c : digits.value()) f.add(c);
  f.add(suffix);
  f.begin = begin - 2;
  f.end = end + 1;
  return true;
}

bool fi_date(std::string_view d) noexcept { return is_date(0, two(d, 2), two(d, 0)); }

/// DDMMYY, a sign for the century, three digits, a check character of 31. The sign is a letter or
/// '-', which NumberGroup takes for a separator; then digits beyond the sixth are there already.
bool fi_hetu(TextSpan text, Finding& f) noexcept {
  static constexpr std::string_view kCheck = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  static constexpr std::string_view kCentury = "+-ABCDEFYXWVU";
  const std::uint32_t begin = f.begin;
  if (begin + 11 > text.bytes.size()) return false;
  const std::string_view id = text.bytes.substr(begin, 11);
  const char sign = id[6], check = to_upper(id[10]);
  if (kCentury.find(sign) == std::string_view::npos || !is_digit(id[7]) || !is_digit(id[8]) ||
      !is_digit(id[9]))
    return false;
  std::array<char, 9> number{};
  for (std::size_t i = 0; i < 9; ++i) number[i] = id[i < 6 ? i : i + 1];
  if (kCheck[to_number({number.data(), number.size()}) % 31] != check) return false;
  f.assign(id.substr(0, 10));
  f.add(check);
  f.end = begin + 11;
  return true;
}

constexpr NumberFormat kFormats[] = {
    {"us-ssn", "3-2-4|3 2 4!|9!", us_ssn, nullptr, false},
    {"uk-nhs-number", "3 3 4|3-3-4!|10!", uk_nhs},
    {"uk-nino", "6|2 2 2|2-2-2", any_digits, uk_nino},
    {"ca-sin", "3_3_3|9!", ca_sin},
    {"es-dni", "8|2.3.3", any_digits, es_dni},
    {"es-nie", "7", any_digits, es_nie},
    {"fr-nir", "15?|13 2|1 2 2 2 3 3 2*", fr_nir},
    {"de-tax-id", "11!|2 3 3 3", de_tax_id},
    {"nl-bsn", "9!|4.2.3|3.3.3", nl_bsn},
    {"be-national-number", "2.2.2-3.2*|6-3.2|6-5|11!", be_national},
    {"pl-pesel", "11?", pl_pesel},
    {"se-personal-number", "6-4|8-4|12!|10!", se_personal},
    {"no-birth-number", "11|6 5", no_birth},
    {"fi-personal-code", "6|6-3|6-4", fi_date, fi_hetu},
    {"dk-cpr", "6-4|10!", dk_cpr},
    {"pt-nif", "9!|3 3 3", pt_nif},
    {"ch-ahv", "3.4.4.2*|13*", ch_ahv},
    {"br-cpf", "3.3.3-2*|11?", br_cpf},
    {"in-aadhaar", "4 4 4|12!", in_aadhaar},
    {"au-tfn", "3 3 3|9!", au_tfn},
    {"au-medicare", "4 5 1|10!", au_medicare},
    {"tr-identity-number", "11?", tr_tckn},
    {"za-identity-number", "13?|6 4 3|6 4 2 1", za_id},
    {"cn-resident-id", "18|17", cn_resident, cn_letters},
};

}  // namespace

std::span<const NumberFormat> identifier_formats() noexcept { return kFormats; }

}  // namespace outspan::detect
