#include "content.h"

#include <zlib.h>

#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace outspan::bench_capture {
namespace {

constexpr std::size_t kVocabularyWords = 6000;
constexpr std::size_t kDraws = 65536;
// One customer in so many bytes of text: about 15,000 in what is made for a GiB.
constexpr std::uint32_t kTextBytesPerCustomer = 30'000;

constexpr std::array<std::string_view, 24> kFirstNames = {
    "Ada",   "Amelie", "Anders", "Beatriz", "Carlos", "Chloe", "Dagny",  "Elif",
    "Emeka", "Felix",  "Giulia", "Hana",    "Ines",   "Jakub", "Kenji",  "Leila",
    "Marek", "Naomi",  "Olga",   "Paolo",   "Priya",  "Sven",  "Tamsin", "Yusuf"};
constexpr std::array<std::string_view, 24> kLastNames = {
    "Abbott",   "Almeida", "Bakker", "Bianchi", "Chen",   "Costa",    "Dubois", "Eriksen",
    "Fischer",  "Gomes",   "Hansen", "Ivanova", "Jansen", "Kowalski", "Larsen", "Moreau",
    "Nakamura", "Novak",   "Okafor", "Patel",   "Rossi",  "Silva",    "Weber",  "Zimmermann"};
constexpr std::array<std::string_view, 3> kDomains = {"example.com", "example.org", "example.net"};

constexpr std::array<std::string_view, 80> kCommonWords = {
    "the",   "of",   "and",  "to",   "a",     "in",    "for",     "is",    "on",       "that",
    "by",    "this", "with", "you",  "it",    "not",   "or",      "be",    "are",      "from",
    "at",    "as",   "your", "all",  "have",  "new",   "more",    "an",    "was",      "we",
    "will",  "home", "can",  "us",   "about", "if",    "page",    "my",    "has",      "search",
    "free",  "but",  "our",  "one",  "other", "do",    "no",      "time",  "they",     "site",
    "he",    "up",   "may",  "what", "which", "their", "news",    "out",   "use",      "any",
    "there", "see",  "only", "so",   "his",   "when",  "contact", "here",  "business", "who",
    "web",   "also", "now",  "help", "get",   "view",  "online",  "first", "call",     "support"};
constexpr std::array<std::string_view, 24> kSyllables = {
    "ba",  "con", "der", "el",  "fin", "gra", "in",  "ka", "lo", "men", "ner", "or",
    "pra", "qui", "re",  "sta", "ter", "u",   "ver", "wa", "xi", "yo",  "ze",  "ment"};

std::vector<std::string> make_vocabulary() {
  Random random(7);  // the language does not change with the seed of a capture
  std::vector<std::string> words(kCommonWords.begin(), kCommonWords.end());
  while (words.size() < kVocabularyWords) {
    std::string word;
    for (std::uint32_t left = random.between(2, 4); left > 0; --left)
      word += kSyllables[random.below(kSyllables.size())];
    words.push_back(std::move(word));
  }
  return words;
}

std::vector<std::uint16_t> zipf_draws() {
  std::vector<std::uint16_t> draws;
  draws.reserve(kDraws);
  double total = 0;
  for (std::size_t rank = 1; rank <= kVocabularyWords; ++rank)
    total += 1.0 / static_cast<double>(rank);
  double sum = 0;
  for (std::size_t rank = 1; rank <= kVocabularyWords; ++rank) {
    sum += 1.0 / static_cast<double>(rank) / total;
    while (draws.size() < kDraws && static_cast<double>(draws.size()) < sum * kDraws)
      draws.push_back(static_cast<std::uint16_t>(rank - 1));
  }
  draws.resize(kDraws, 0);
  return draws;
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

/// Area codes of the United States and Canada, three digits each.
constexpr std::string_view kAreaCodes =
    "201202203204205206207208209210212213214215216217218219220223224225226228229231"
    "234236239240248249250251252253254256260262263267269270272276279281283289301302"
    "303304305306307308309310312313314315316317318319320321323325326330331332334336"
    "337339341343346347351352360361364365367368380385386401402403404405406407408409"
    "410412413414415416417418419423424425430431432434435437438440442443445447448450"
    "458463464468469470474475478479480484601602603604605606607608609610612613614615"
    "616617618619620622623626628629630631636639640641646647650651656657659660661662"
    "667669672678680681682689701702703704705706707708709712713714715716717718719720"
    "724725726727731732734737740742743747753754757760762763765769770771772773774775"
    "778779780781782785786801802803804805806807808810812813814815816817818819820825"
    "826828830831832838839840843845847848850854856857858859860862863864865867870872"
    "873878901902903904905906907908909910912913";

/// As in a real table, hardly any number is two customers'. The ranges that regulators keep free
/// for fiction hold 200,000 numbers; a table of millions needs whole numbering plans, so these
/// numbers may exist. What is made of them stays on the machine that made it.
std::string phone_of(std::uint64_t number) {
  const std::uint64_t areas = kAreaCodes.size() / 3;
  const std::uint64_t line = number / areas;
  std::string out = "+1 ";
  out += kAreaCodes.substr(number % areas * 3, 3);
  out += '-';
  append_number(out, 222 + line / 10'000 * 37 % 700);
  out += '-';
  append_number(out, line * 7919 % 10'000, 4);
  return out;
}

}  // namespace

void append_number(std::string& out, std::uint64_t value, int digits_min) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const auto size = end - digits.data();
  if (size < digits_min) out.append(static_cast<std::size_t>(digits_min - size), '0');
  out.append(digits.data(), end);
}

Customer customer(std::uint64_t number) {
  const std::string_view first = kFirstNames[number % kFirstNames.size()];
  const std::string_view last = kLastNames[number / kFirstNames.size() % kLastNames.size()];
  Customer made;
  made.name.append(first).append(" ").append(last);
  for (const char letter : first) made.email += lower(letter);
  made.email += '.';
  for (const char letter : last) made.email += lower(letter);
  append_number(made.email, number / (kFirstNames.size() * kLastNames.size()));
  made.email.append("@").append(kDomains[number % kDomains.size()]);
  made.ticket = "TM-";
  append_number(made.ticket, number * 61'803'401 % 100'000'000, 8);
  made.phone = phone_of(number);
  return made;
}

TextMaker::TextMaker(std::uint64_t seed, Planted& planted)
    : random_(seed),
      planted_(planted),
      vocabulary_(make_vocabulary()),
      by_frequency_(zipf_draws()) {}

bool TextMaker::time_to_plant(std::size_t written_bytes) {
  if (until_next_customer_ > written_bytes) {
    until_next_customer_ -= written_bytes;
    return false;
  }
  until_next_customer_ = random_.between(1, 2 * kTextBytesPerCustomer);
  return true;
}

void TextMaker::plant(std::string& out, const char* before, const char* between,
                      const char* after) {
  const Customer one = customer(random_.below(12'000'000));
  planted_.customers += 1;
  out.append(before).append(one.name).append(between).append(one.email);
  out.append(between).append(one.ticket).append(between).append(one.phone).append(after);
}

void TextMaker::words(std::string& out, int count) {
  for (int left = count; left > 0;) {
    std::uint64_t draws = random_.next();  // four words from one draw
    for (int part = 0; part < 4 && left > 0; ++part, --left, draws >>= 16)
      out.append(vocabulary_[by_frequency_[draws & 0xffff]]).push_back(' ');
  }
  if (count > 0) out.pop_back();
}

void TextMaker::hex(std::string& out, int digits) {
  for (int left = digits; left > 0;) {
    std::uint64_t draw = random_.next();
    for (int part = 0; part < 16 && left > 0; ++part, --left, draw >>= 4)
      out.push_back("0123456789abcdef"[draw & 15]);
  }
}

void TextMaker::uuid(std::string& out) {
  hex(out, 8);
  out += '-';
  hex(out, 4);
  out += "-4";
  hex(out, 3);
  out += "-a";
  hex(out, 3);
  out += '-';
  hex(out, 12);
}

void TextMaker::time(std::string& out) {
  out += "2026-";
  append_number(out, random_.between(1, 12), 2);
  out += '-';
  append_number(out, random_.between(1, 28), 2);
  out += 'T';
  append_number(out, random_.below(24), 2);
  out += ':';
  append_number(out, random_.below(60), 2);
  out += ':';
  append_number(out, random_.below(60), 2);
  out += 'Z';
}

void TextMaker::html(std::string& out, std::size_t size) {
  const std::size_t start = out.size();
  out += "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  words(out, 4);
  out += "</title></head>\n<body>\n";
  while (out.size() - start < size) {
    const std::size_t before = out.size();
    out += "<article id=\"a-";
    append_number(out, random_.below(100'000'000));
    out += "\" class=\"card card--wide\"><h2><a href=\"/";
    words(out, 1);
    out += "/";
    hex(out, 10);
    out += "\">";
    words(out, 5);
    out += "</a></h2>\n<time datetime=\"";
    time(out);
    out += "\"></time><p>";
    words(out, static_cast<int>(random_.between(30, 120)));
    out += ".</p><span class=\"price\">";
    append_number(out, random_.below(5000));
    out += ".99</span></article>\n";
    if (time_to_plant(out.size() - before)) plant(out, "<tr><td>", "</td><td>", "</td></tr>\n");
  }
  out += "</body></html>\n";
}

void TextMaker::json(std::string& out, std::size_t size) {
  const std::size_t start = out.size();
  out += "{\"items\":[";
  while (out.size() - start < size) {
    const std::size_t before = out.size();
    out += "{\"id\":\"";
    uuid(out);
    out += "\",\"updated_at\":\"";
    time(out);
    out += "\",\"epoch_ms\":17";
    append_number(out, random_.below(1'000'000'000), 11);
    out += ",\"price\":";
    append_number(out, random_.below(10'000));
    out += ".5,\"lat\":52.";
    append_number(out, random_.below(1'000'000), 6);
    out += ",\"version\":\"1.";
    append_number(out, random_.below(40));
    out += ".3\",\"title\":\"";
    words(out, 6);
    out += "\",\"text\":\"";
    words(out, static_cast<int>(random_.between(10, 50)));
    out += "\"},";
    if (time_to_plant(out.size() - before)) plant(out, "{\"contact\":[\"", "\",\"", "\"]},");
  }
  out += "{}]}\n";
}

void TextMaker::script(std::string& out, std::size_t size) {
  const std::size_t start = out.size();
  while (out.size() - start < size) {
    out += "function ";
    hex(out, 2);
    out += "(e,t){var n=e.";
    words(out, 1);
    out += "||{};return t&&(n.";
    words(out, 1);
    out += "=";
    append_number(out, random_.below(65536));
    out += "),n.";
    words(out, 1);
    out += "?\"";
    words(out, 3);
    out += "\":void 0}\n";
    static_cast<void>(time_to_plant(0));  // no customers in programs
  }
}

void TextMaker::log(std::string& out, std::size_t size) {
  const std::size_t start = out.size();
  while (out.size() - start < size) {
    const std::size_t before = out.size();
    time(out);
    out += " host-";
    append_number(out, random_.below(40), 2);
    out += " [";
    append_number(out, random_.below(65536));
    out += "] 198.51.100.";
    append_number(out, random_.below(255));
    out += " request=";
    uuid(out);
    out += " bytes=";
    append_number(out, random_.below(10'000'000));
    out += " ";
    words(out, 12);
    out += "\r\n";
    if (time_to_plant(out.size() - before)) plant(out, "contact ", ", ", "\r\n");
  }
}

void TextMaker::form(std::string& out, std::size_t size) {
  const std::size_t start = out.size();
  std::string text;
  while (out.size() - start < size) {
    text.clear();
    words(text, static_cast<int>(random_.between(8, 60)));
    if (time_to_plant(text.size())) plant(text, " ", " ", "");
    words(out, 1);
    out += '=';
    for (const char letter : text) {
      if (letter == ' ')
        out += '+';
      else if (letter == '+')
        out += "%2B";
      else if (letter == '@')
        out += "%40";
      else
        out += letter;
    }
    out += "&csrf=";
    hex(out, 32);
    out += '&';
  }
  out += "end=1";
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  // Level 6 and a gzip wrapper: what web servers do by default.
  if (deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib");
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib");
  return out;
}

std::string base64_lines(const std::string& bytes) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(bytes.size() * 4 / 3 + bytes.size() / 28 + 8);
  const auto at = [&](std::size_t index) -> std::uint32_t {
    return index < bytes.size() ? static_cast<std::uint8_t>(bytes[index]) : 0U;
  };
  for (std::size_t index = 0; index < bytes.size(); index += 3) {
    const std::uint32_t three = at(index) << 16 | at(index + 1) << 8 | at(index + 2);
    out += kAlphabet[three >> 18];
    out += kAlphabet[three >> 12 & 63];
    out += index + 1 < bytes.size() ? kAlphabet[three >> 6 & 63] : '=';
    out += index + 2 < bytes.size() ? kAlphabet[three & 63] : '=';
    if (index % 57 == 54) out += "\r\n";
  }
  return out;
}

}  // namespace outspan::bench_capture
