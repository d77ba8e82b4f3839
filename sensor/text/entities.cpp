#include "text/entities.h"

#include <algorithm>
#include <array>

namespace outspan::text {
namespace {

struct Entity {
  std::string_view name;
  std::uint32_t code;
};

// Sorted by name in byte order.
constexpr Entity kEntities[] = {
    {"AElig", 0xc6},   {"AMP", '&'},       {"Aacute", 0xc1},   {"Acirc", 0xc2},  {"Agrave", 0xc0},
    {"Aring", 0xc5},   {"Atilde", 0xc3},   {"Auml", 0xc4},     {"Ccedil", 0xc7}, {"ETH", 0xd0},
    {"Eacute", 0xc9},  {"Ecirc", 0xca},    {"Egrave", 0xc8},   {"Euml", 0xcb},   {"GT", '>'},
    {"Hat", '^'},      {"Iacute", 0xcd},   {"Icirc", 0xce},    {"Igrave", 0xcc}, {"Iuml", 0xcf},
    {"LT", '<'},       {"NewLine", '\n'},  {"Ntilde", 0xd1},   {"Oacute", 0xd3}, {"Ocirc", 0xd4},
    {"Ograve", 0xd2},  {"Oslash", 0xd8},   {"Otilde", 0xd5},   {"Ouml", 0xd6},   {"QUOT", '"'},
    {"THORN", 0xde},   {"Tab", '\t'},      {"Uacute", 0xda},   {"Ucirc", 0xdb},  {"Ugrave", 0xd9},
    {"Uuml", 0xdc},    {"Yacute", 0xdd},   {"aacute", 0xe1},   {"acirc", 0xe2},  {"aelig", 0xe6},
    {"agrave", 0xe0},  {"amp", '&'},       {"apos", '\''},     {"aring", 0xe5},  {"ast", '*'},
    {"atilde", 0xe3},  {"auml", 0xe4},     {"bsol", '\\'},     {"ccedil", 0xe7}, {"colon", ':'},
    {"comma", ','},    {"commat", '@'},    {"dash", 0x2010},   {"dollar", '$'},  {"eacute", 0xe9},
    {"ecirc", 0xea},   {"egrave", 0xe8},   {"emsp", 0x2003},   {"ensp", 0x2002}, {"equals", '='},
    {"eth", 0xf0},     {"euml", 0xeb},     {"euro", 0x20ac},   {"excl", '!'},    {"grave", '`'},
    {"gt", '>'},       {"hyphen", 0x2010}, {"iacute", 0xed},   {"icirc", 0xee},  {"igrave", 0xec},
    {"iuml", 0xef},    {"lbrack", '['},    {"lcub", '{'},      {"lowbar", '_'},  {"lpar", '('},
    {"lsqb", '['},     {"lt", '<'},        {"mdash", 0x2014},  {"middot", 0xb7}, {"nbsp", 0xa0},
    {"ndash", 0x2013}, {"ntilde", 0xf1},   {"num", '#'},       {"oacute", 0xf3}, {"ocirc", 0xf4},
    {"ograve", 0xf2},  {"oslash", 0xf8},   {"otilde", 0xf5},   {"ouml", 0xf6},   {"percnt", '%'},
    {"period", '.'},   {"plus", '+'},      {"quest", '?'},     {"quot", '"'},    {"rbrack", ']'},
    {"rcub", '}'},     {"rpar", ')'},      {"rsqb", ']'},      {"semi", ';'},    {"shy", 0xad},
    {"sol", '/'},      {"szlig", 0xdf},    {"thinsp", 0x2009}, {"thorn", 0xfe},  {"uacute", 0xfa},
    {"ucirc", 0xfb},   {"ugrave", 0xf9},   {"uuml", 0xfc},     {"verbar", '|'},  {"yacute", 0xfd},
    {"yuml", 0xff},
};
static_assert(std::ranges::is_sorted(kEntities, {}, &Entity::name));

}  // namespace

std::uint32_t named_entity(std::string_view name) noexcept {
  const auto* found = std::ranges::lower_bound(kEntities, name, {}, &Entity::name);
  return found != std::end(kEntities) && found->name == name ? found->code : 0;
}

}  // namespace outspan::text
