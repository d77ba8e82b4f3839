#pragma once

#include <array>
#include <string>
#include <string_view>

#include "text/base64.h"
#include "text/hex.h"

/// Every form in which the text layer reads a value.
namespace outspan::detect::testing {

using Form = std::string (*)(std::string_view value);

inline std::string each(std::string_view value, std::string_view before, std::string_view after,
                        int base = 16, int width = 2) {
  std::string out;
  for (const char c : value) {
    std::string digits;
    for (unsigned rest = static_cast<unsigned char>(c); rest > 0 || digits.empty();
         rest /= static_cast<unsigned>(base))
      digits.insert(digits.begin(), text::kHexDigits[rest % static_cast<unsigned>(base)]);
    while (digits.size() < static_cast<std::size_t>(width)) digits.insert(digits.begin(), '0');
    out.append(before).append(digits).append(after);
  }
  return out;
}

inline std::string base64_with(std::string_view value, std::string_view last_two, bool padded) {
  std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  alphabet += last_two;
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : value) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out.push_back(alphabet[bits >> (count - 6) & 63]);
  }
  if (count > 0) out.push_back(alphabet[bits << (6 - count) & 63]);
  while (padded && out.size() % 4 != 0) out.push_back('=');
  return out;
}

inline std::string base32_of(std::string_view value) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : value) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) out.push_back(kAlphabet[bits >> (count - 5) & 31]);
  }
  if (count > 0) out.push_back(kAlphabet[bits << (5 - count) & 31]);
  while (out.size() % 8 != 0) out.push_back('=');
  return out;
}

/// Only the `@` and the `+`, as most programs do.
inline std::string signs(std::string_view value, Form form) {
  std::string out;
  for (const char c : value)
    out += c == '@' || c == '+' ? form(std::string_view(&c, 1)) : std::string(1, c);
  return out;
}

struct NamedForm {
  const char* name;
  Form write;
};
inline const NamedForm kForms[] = {
    {"plain", [](std::string_view v) { return std::string(v); }},
    {"percent", [](std::string_view v) { return each(v, "%", ""); }},
    {"percent_signs",
     [](std::string_view v) {
       return signs(v, [](std::string_view c) { return each(c, "%", ""); });
     }},
    {"percent_twice", [](std::string_view v) { return each(v, "%25", ""); }},
    {"percent_u", [](std::string_view v) { return each(v, "%u", "", 16, 4); }},
    {"backslash_x", [](std::string_view v) { return each(v, "\\x", ""); }},
    {"backslash_u", [](std::string_view v) { return each(v, "\\u", "", 16, 4); }},
    {"backslash_u_braces", [](std::string_view v) { return each(v, "\\u{", "}"); }},
    {"octal", [](std::string_view v) { return each(v, "\\", "", 8, 3); }},
    {"entities", [](std::string_view v) { return each(v, "&#", ";", 10, 1); }},
    {"entities_hex", [](std::string_view v) { return each(v, "&#x", ";"); }},
    {"entities_named",
     [](std::string_view v) {
       return signs(
           v, [](std::string_view c) { return std::string(c == "@" ? "&commat;" : "&plus;"); });
     }},
    {"quoted_printable", [](std::string_view v) { return each(v, "=", ""); }},
    {"utf7",
     [](std::string_view v) {
       return signs(v, [](std::string_view c) {
         return "+" + base64_with(std::string("\0", 1) + std::string(c), "+/", false) + "-";
       });
     }},
    {"base64", [](std::string_view v) { return base64_with(v, "+/", true); }},
    {"base64url", [](std::string_view v) { return base64_with(v, "-_", false); }},
    {"base64_twice",
     [](std::string_view v) { return base64_with(base64_with(v, "+/", true), "+/", true); }},
    {"base64_of_percent",
     [](std::string_view v) { return base64_with(each(v, "%", ""), "+/", true); }},
    {"percent_of_base64",
     [](std::string_view v) {
       std::string out;
       for (const char c : base64_with(v, "+/", true))
         out += c == '+' || c == '/' || c == '=' ? each(std::string_view(&c, 1), "%", "")
                                                 : std::string(1, c);
       return out;
     }},
    {"base32", [](std::string_view v) { return base32_of(v); }},
    {"hex", [](std::string_view v) { return text::to_hex(as_bytes(v)); }},
    {"hex_pairs", [](std::string_view v) { return each(v, "", " "); }},
    {"hex_bytes", [](std::string_view v) { return each(v, "0x", ","); }},
    {"base64_of_hex",
     [](std::string_view v) { return base64_with(text::to_hex(as_bytes(v)), "+/", true); }},
    {"encoded_word_b",
     [](std::string_view v) { return "=?utf-8?B?" + base64_with(v, "+/", true) + "?="; }},
    {"encoded_word_q", [](std::string_view v) { return "=?utf-8?Q?" + each(v, "=", "") + "?="; }},
    {"ldif", [](std::string_view v) { return "\nmail:: " + base64_with(v, "+/", true) + "\n"; }},
    {"utf16",
     [](std::string_view v) {
       std::string out;
       for (const char c : v) (out += c) += '\0';
       return out;
     }},
    {"full_width",
     [](std::string_view v) {
       return signs(v, [](std::string_view c) {
         return std::string(c == "@" ? "\xef\xbc\xa0" : "\xef\xbc\x8b");
       });
     }},
    {"concatenated",
     [](std::string_view v) {
       return "\"" + std::string(v.substr(0, 5)) + "\" + \"" + std::string(v.substr(5)) + "\"";
     }},
};

inline constexpr std::array<std::string_view, 5> kValues{"ann.miller@example.com", "+442079460123",
                                                         "4111274231594259",
                                                         "GB29NWBK60161331926819", "TM-00412977"};

/// What stands around a value in the fields of events.
struct Surroundings {
  const char* name;
  std::string_view before, after;
};
inline constexpr Surroundings kSurroundings[] = {
    {"path", "GET /users/", "/orders"},
    {"query", "http://h.example/find?x=1&q=", "&page=2"},
    {"fragment", "https://h.example/#", ""},
    {"file", "list of ", ".csv"},
    {"host", "", ".h.example"},
    {"user", "", ""},
    {"header", "Subject: about ", " and more"},
    {"quoted", "{\"q\": \"", "\"}"},
};

}  // namespace outspan::detect::testing
