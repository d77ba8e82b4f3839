// What each kind of text costs beside plain prose: no search of a window may be worse than linear,
// and none much dearer than the others, or a sender could blind the sensor with text of one kind.
// Prints a row for each kind; exit status 1: some are above their limit.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "content/inspector.h"
#include "detect/builtin.h"
#include "detect/scanner.h"
#include "detect/signature_set.h"
#include "text/base32.h"
#include "text/hex.h"

namespace {

using namespace outspan;

/// What the sensor's own stages need, and nobody who listens.
struct Nowhere final : content::ObjectObserver, FlowObserver, detect::HitSink {
  void on_object_end(const content::Object&, const content::ObjectSummary&) noexcept override {}
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
  void on_object_blind_spot(const content::Object&, const content::Node&,
                            ObjectBlindSpot) noexcept override {}
  void on_hits(const content::Object&, const content::Node&,
               std::span<const detect::Hit>) noexcept override {}
};

/// Content and detection, as in a pipeline.
class Searches {
 public:
  explicit Searches(std::shared_ptr<const detect::SignatureSet> signatures)
      : scanner_(std::move(signatures), nowhere_), inspector_(config_, scanner_, nowhere_) {}

  /// CPU seconds of the text of one object.
  double seconds(std::string_view text) {
    Ledger ledger;
    FlowInfo info;
    ChargingAccount account(ledger, {Direction::outbound, Direction::inbound}, {true, true});
    FlowContext flow(info, account, nowhere_);
    const double begin = now();
    account.deliver(Side::client, text.size());
    const auto writer = inspector_.begin(flow, Side::client, {});
    writer->begin_part({});
    constexpr std::size_t kSegment = 1460;
    for (std::string_view rest = text; !rest.empty();
         rest.remove_prefix(std::min(kSegment, rest.size())))
      writer->data(as_bytes(rest.substr(0, kSegment)));
    writer->end_part();
    writer->end(protocol::ObjectEnd::complete);
    return now() - begin;
  }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  config::Config config_;
  Nowhere nowhere_;
  detect::Scanner scanner_;
  content::Inspector inspector_;
};

constexpr std::size_t kTextBytes = 1 << 19;
/// Times what prose costs, which is less than a nanosecond a byte; the dearest kinds are at 110.
constexpr double kLimit = 160;
/// Of twice the text, a byte.
constexpr double kGrowth = 1.6;

std::string repeated(std::string_view unit, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + unit.size());
  while (text.size() < bytes) text += unit;
  text.resize(bytes);
  return text;
}

std::mt19937 random_bits(1);  // NOLINT: the same texts each time
std::string random_bytes(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random_bits());
  return text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at + 3 <= bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i]));
    };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) text += kDigits[bits >> shift & 63];
  }
  return text;
}

/// `code`, in pieces of `size` with `between` after each.
std::string pieces(const std::string& code, std::size_t size, std::string_view between) {
  std::string text;
  for (std::size_t at = 0; at < code.size(); at += size)
    text.append(code, at, size).append(between);
  return text;
}

std::string prose(std::size_t bytes) {
  constexpr std::string_view kWords[] = {
      "order", "was",     "sent",    "to", "our",   "customers", "on",     "Monday,", "and",
      "the",   "invoice", "follows", "by", "mail;", "please",    "answer", "soon.\n"};
  std::string text;
  while (text.size() < bytes) text.append(kWords[random_bits() % std::size(kWords)]).append(" ");
  text.resize(bytes);
  return text;
}

struct Kind {
  std::string name;
  std::string text;
};

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  // Each repeated, as somebody would who wants to be slow.
  for (const std::string_view unit : {"%41",
                                      "%25",
                                      "%u0041",
                                      "%2525252541 ",
                                      "\\x41",
                                      "\\u0041",
                                      "\\u{41}",
                                      "\\",
                                      "\\101",
                                      "&#65;",
                                      "&#x41;",
                                      "&commat;",
                                      "&amp;",
                                      "&amp;amp;amp;",
                                      "&",
                                      "+AEA-",
                                      "+",
                                      "+ABC",
                                      "\"+\"",
                                      "\" + \"a",
                                      "::",
                                      "=41",
                                      "=",
                                      "=\n",
                                      "=?utf-8?q?=41?= ",
                                      "@",
                                      "a@b ",
                                      "a@",
                                      "ann@example.com ",
                                      "QWxpY2U",
                                      "QWxpY2Ug ",
                                      "QWxpY2Ug\n",
                                      "\"QWxp\",\"Y2Ug\",",
                                      "4142",
                                      "4142 ",
                                      "41 42 ",
                                      "0x41, ",
                                      "IFBEGRCF",
                                      "ABCDEFGHIJ ",
                                      "AaBbCcDd0",
                                      "Aa1Bb2 ",
                                      "010101 ",
                                      "begin 644 a\n",
                                      "=ybegin line=128\n",
                                      "<~",
                                      "~",
                                      "\n",
                                      " ",
                                      "\"",
                                      ",",
                                      "\"a\",",
                                      "<",
                                      ">",
                                      "<b>a</b>",
                                      "<br>",
                                      "<![CDATA[a]]>",
                                      "<!--",
                                      "From a@b\n",
                                      "\nFrom: ",
                                      " at ",
                                      " dot ",
                                      "a [at] b [dot] c ",
                                      "0123456789",
                                      "1-",
                                      "1.",
                                      "1 ",
                                      "1.2.3.4 ",
                                      "(1)",
                                      "-",
                                      ".",
                                      "/",
                                      "x1234y",
                                      "AB12",
                                      "nyvpr@rknzcyr.pbz ",
                                      "Miller ",
                                      "Ann Miller, ",
                                      "\xc3\xa4\xc3\xb6 ",
                                      "\xef\xbc\xa0",
                                      "a\xc2\xad",
                                      "\xef\xb7\xba",
                                      "\xc2\xa0",
                                      "\x80",
                                      "\xff",
                                      "PK\x03\x04",
                                      "\x1f\x8b\x08",
                                      "\x78\x9c",
                                      "\x04\x22\x4d\x18",
                                      "\x89PNG\r\n\x1a\n",
                                      "%PDF-",
                                      "\x1b",
                                      "\f"})
    all.push_back({std::string(unit), repeated(unit, kTextBytes)});
  all.push_back({"zeros", std::string(kTextBytes, '\0')});
  all.push_back({"UTF-16", repeated(std::string_view("a\0l\0", 4), kTextBytes)});
  all.push_back({"letters beside two zeros", repeated(std::string_view("a\0\0", 3), kTextBytes)});
  const std::string noise = random_bytes(kTextBytes * 3 / 4);
  all.push_back({"random bytes", noise});
  all.push_back({"base64 of random bytes", base64(noise)});
  all.push_back({"base64 in lines of 76", pieces(base64(noise), 76, "\n")});
  all.push_back({"base64 in words of 20", pieces(base64(noise), 20, " ")});
  all.push_back({"base64 of prose", base64(prose(kTextBytes * 3 / 4))});
  all.push_back({"hexadecimal digits", text::to_hex(as_bytes(noise).first(kTextBytes / 2))});
  all.push_back({"hexadecimal digits in fours",
                 pieces(text::to_hex(as_bytes(noise).first(kTextBytes / 2)), 4, " ")});
  all.push_back({"base64 in lines of 8", pieces(base64(noise), 8, "\n")});
  all.push_back({"values of LDIF", repeated("a:: QWxpY2U=\n", kTextBytes)});
  all.push_back({"base 85", repeated("9jqo^BlbD-BleB1DJ+*+F(f,q\n", kTextBytes)});
  all.push_back({"hexdump", repeated("00000000: 4141 4141 4141 4141 4141 4141 4141 4141  "
                                     "AAAAAAAAAAAAAAAA\n",
                                     kTextBytes)});
  std::string groups, cards, phones, addresses;
  const auto number = [](unsigned below) { return std::to_string(random_bits() % below); };
  while (groups.size() < kTextBytes) groups += number(4000000000U) + " ";
  while (cards.size() < kTextBytes) cards += "4111 1111 1111 " + number(9000) + " ";
  while (phones.size() < kTextBytes)
    phones += "+44 7700 9" + std::to_string(10000 + random_bits() % 89999) + ",";
  while (addresses.size() < kTextBytes)
    addresses += "10." + number(256) + "." + number(256) + ".7 ";
  all.push_back({"numbers", groups});
  all.push_back({"card numbers", cards});
  all.push_back({"phones", phones});
  all.push_back({"IP addresses", addresses});
  return all;
}

}  // namespace

int main() {
  auto sources = detect::load_signature_sources({"builtin"});
  if (!sources) return 2;
  auto signatures = detect::SignatureSet::compile(std::move(*sources), {});
  if (!signatures) return 2;
  Searches searches(*signatures);
  const auto least = [&searches](std::string_view text) {
    double seconds = searches.seconds(text);
    for (int i = 0; i < 2; ++i) seconds = std::min(seconds, searches.seconds(text));
    return seconds / static_cast<double>(text.size());
  };
  const std::string plain = prose(kTextBytes);
  const double unit = least(plain);
  std::printf("prose: %.2f ns a byte; all others in times of it, and a byte of half the text\n",
              unit * 1e9);
  bool good = true;
  for (const Kind& kind : kinds()) {
    const std::string_view text = kind.text;
    const double ratio = least(text) / unit;
    const double half = least(text.substr(0, text.size() / 2)) / unit;
    const bool above = ratio > kLimit || (ratio > 5 && ratio > half * kGrowth);
    std::string name;
    for (const char c : kind.name) name += c >= ' ' && c < 0x7f ? c : '.';
    std::printf("%6.1f %6.1f  %s%s\n", ratio, half, name.c_str(), above ? "  ABOVE" : "");
    good = good && !above;
  }
  return good ? 0 : 1;
}
