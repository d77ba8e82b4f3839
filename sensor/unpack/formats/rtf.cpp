#include "unpack/formats/rtf.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "text/hex.h"
#include "text/utf8.h"
#include "unpack/formats/charset.h"
#include "unpack/formats/embedded_object.h"

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;

/// Where the text of a group goes.
enum class Place : std::uint8_t {
  body,
  aside,   ///< behind the line that is being written
  hex,     ///< digits of a file
  object,  ///< the same, of an OLE object
  nowhere,
};

struct Destination {
  std::string_view word;
  Place place;
};

/// Those that are no part of the flow of the text though no \* says so, and those with files in
/// them. Digits that are nobody's text (\panose) would be taken for numbers.
constexpr Destination kDestinations[] = {
    {"annotation", Place::aside}, {"author", Place::aside},      {"blipuid", Place::nowhere},
    {"bliptag", Place::nowhere},  {"category", Place::aside},    {"colorschememapping", Place::hex},
    {"colortbl", Place::aside},   {"comment", Place::aside},     {"company", Place::aside},
    {"datafield", Place::hex},    {"datastore", Place::hex},     {"doccomm", Place::aside},
    {"fonttbl", Place::aside},    {"footer", Place::aside},      {"footerf", Place::aside},
    {"footerl", Place::aside},    {"footerr", Place::aside},     {"footnote", Place::aside},
    {"header", Place::aside},     {"headerf", Place::aside},     {"headerl", Place::aside},
    {"headerr", Place::aside},    {"hlinkbase", Place::aside},   {"info", Place::aside},
    {"keywords", Place::aside},   {"listtable", Place::nowhere}, {"manager", Place::aside},
    {"objdata", Place::object},   {"operator", Place::aside},    {"panose", Place::nowhere},
    {"pict", Place::hex},         {"rsidtbl", Place::nowhere},   {"shppict", Place::body},
    {"shptxt", Place::aside},     {"sn", Place::aside},          {"stylesheet", Place::aside},
    {"subject", Place::aside},    {"sv", Place::aside},          {"tc", Place::aside},
    {"themedata", Place::hex},    {"title", Place::aside},       {"xe", Place::aside},
};

struct Symbol {
  std::string_view word;
  std::string_view text;
};

constexpr Symbol kSymbols[] = {
    {"bullet", "\xe2\x80\xa2"},
    {"cell", "\t"},
    {"column", "\n"},
    {"emdash", "\xe2\x80\x94"},
    {"emspace", " "},
    {"endash", "\xe2\x80\x93"},
    {"enspace", " "},
    {"ldblquote", "\xe2\x80\x9c"},
    {"line", "\n"},
    {"lquote", "\xe2\x80\x98"},
    {"nestcell", "\t"},
    {"nestrow", "\n"},
    {"page", "\n"},
    {"par", "\n"},
    {"qmspace", " "},
    {"rdblquote", "\xe2\x80\x9d"},
    {"row", "\n"},
    {"rquote", "\xe2\x80\x99"},
    {"sect", "\n"},
    {"softline", "\n"},
    {"softpage", "\n"},
    {"tab", "\t"},
};

/// \fcharset: the code page of a font's bytes; 0: the document's.
unsigned code_page_of_charset(int charset) noexcept {
  switch (charset) {
    case 77: return 10000;
    case 128: return 932;
    case 129: return 949;
    case 134: return 936;
    case 136: return 950;
    case 161: return 1253;
    case 162: return 1254;
    case 163: return 1258;
    case 177: return 1255;
    case 178: return 1256;
    case 186: return 1257;
    case 204: return 1251;
    case 222: return 874;
    case 238: return 1250;
    case 255: return 850;
    default: return 0;
  }
}

/// What a group inherits and gives back at its end.
struct Group {
  Place place = Place::body;
  std::uint8_t skipped_after_unicode = 1;  // \uc
  unsigned code_page = 0;                  // of its font; 0: the document's
  bool in_table = false;
  bool is_destination = false;  // this group itself, not one around it
};

constexpr std::size_t kGroupsDeep = 1024;
constexpr std::size_t kHeldBytes = 65536;

class Rtf {
 public:
  Rtf(Bytes file, Output& output, std::string_view name)
      : in_(file), output_(output), name_(name) {}

  Outcome read() {
    output_.begin(name_);
    while (!in_.rest().empty()) next();
    flush_bytes();
    end_line("");
    output_.end();
    const bool file_left = !file_.empty();
    if (file_left) end_file(Place::hex);
    return depth_ == 0 && !file_left ? Outcome::opened : Outcome::damaged;
  }

 private:
  void next() {
    const std::uint8_t c = in_.u8();
    if (c == '\\') return control();
    if (c == '{') return begin_group();
    if (c == '}') return end_group();
    if (c != '\r' && c != '\n' && c != '\0') byte(c);
  }

  void begin_group() {
    flush_bytes();
    skip_ = 0;
    // Deeper ones are read as part of the group around them.
    if (++depth_ < kGroupsDeep) groups_.push_back(now_);
    now_.is_destination = false;
    at_group_begin_ = true;
  }

  void end_group() {
    flush_bytes();
    skip_ = 0;
    starred_ = at_group_begin_ = false;
    if (depth_ == 0) return;
    if (depth_-- >= kGroupsDeep) return;
    const Group ended = now_;
    now_ = groups_.back();
    groups_.pop_back();
    if (!ended.is_destination) return;
    if (ended.place == Place::aside) put_aside(" ");
    if (ended.place == Place::hex || ended.place == Place::object) end_file(ended.place);
  }

  void control() {
    const std::uint8_t c = in_.rest().empty() ? std::uint8_t{0} : in_.rest()[0];
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') return word();
    in_.skip(1);
    switch (c) {
      case '\'': {
        const Bytes digits = in_.take(2);
        if (digits.size() < 2) return;
        const int value = text::hex_byte(digits[0], digits[1]);
        if (value >= 0) byte(static_cast<std::uint8_t>(value));
        return;
      }
      case '*': starred_ = true; return;
      case '{':
      case '}':
      case '\\': return byte(c);
      case '~': return text(" ");
      case '_': return text("-");
      case '\r':
      case '\n': return symbol("par", "\n");
      default: return;  // optional hyphens, index entries
    }
  }

  void word() {
    const std::string_view rest = as_text(in_.rest());
    std::size_t size = 0;
    while (size < rest.size() && (rest[size] | 0x20) >= 'a' && (rest[size] | 0x20) <= 'z') ++size;
    const std::string_view name = rest.substr(0, size);
    int value = 0;
    const char* const begin = rest.data() + size;
    const auto [end, problem] = std::from_chars(begin, rest.data() + rest.size(), value);
    const bool has_value = problem == std::errc();
    in_.skip(static_cast<std::size_t>(end - rest.data()));
    if (!in_.rest().empty() && in_.rest()[0] == ' ') in_.skip(1);
    const bool first = std::exchange(at_group_begin_, false);
    const bool starred = std::exchange(starred_, false);
    if (first || starred) destination(name, starred);
    if (skip_ > 0 && name != "bin") {
      --skip_;
      return;
    }
    if (name == "u" && has_value) return unicode(static_cast<std::uint32_t>(value) & 0xffff);
    if (name == "bin" && has_value && value > 0)
      return binary(in_.take(std::min(in_.left(), static_cast<std::size_t>(value))));
    flush_bytes();
    for (const Symbol& known : kSymbols)
      if (known.word == name) return symbol(name, known.text);
    property(name, has_value ? value : 1);
  }

  void destination(std::string_view name, bool starred) {
    flush_bytes();
    const auto* known = std::find_if(std::begin(kDestinations), std::end(kDestinations),
                                     [name](const Destination& d) { return d.word == name; });
    const bool is_known = known != std::end(kDestinations);
    if (!is_known && !starred) return;
    const Place place = is_known ? known->place : Place::aside;
    now_.is_destination = place != Place::body;
    if (now_.place == Place::body || place != Place::body) now_.place = place;
    if (name == "fonttbl") now_.code_page = 0;
  }

  void property(std::string_view name, int value) {
    if (name == "uc") now_.skipped_after_unicode = static_cast<std::uint8_t>(value & 0xff);
    if (name == "intbl") now_.in_table = value != 0;
    if (name == "pard") now_.in_table = false;
    if (name == "ansicpg" && value > 0) document_code_page_ = static_cast<unsigned>(value);
    if (name == "mac") document_code_page_ = 10000;
    if (name == "pc") document_code_page_ = 437;
    if (name == "pca") document_code_page_ = 850;
    if (name == "plain") now_.code_page = 0;
    if (name == "f") {
      font_ = value;
      const auto font = code_pages_of_fonts_.find(value);
      now_.code_page = font == code_pages_of_fonts_.end() ? 0 : font->second;
    }
    if (name == "fcharset" && code_pages_of_fonts_.size() < 4096) {
      code_pages_of_fonts_[font_] = code_page_of_charset(value);
      now_.code_page = code_page_of_charset(value);  // of the font's own name
    }
  }

  void unicode(std::uint32_t unit) {
    flush_bytes();
    skip_ = now_.skipped_after_unicode;
    if ((unit & 0xfc00) == 0xd800) {
      high_surrogate_ = unit;
      return;
    }
    if ((unit & 0xfc00) == 0xdc00 && high_surrogate_ != 0)
      unit = 0x10000 + ((high_surrogate_ - 0xd800) << 10) + (unit & 0x3ff);
    high_surrogate_ = 0;
    std::string utf8;
    text::append_utf8(utf8, unit);
    put(utf8);
  }

  /// One of the text's own, in the code page of its font.
  void byte(std::uint8_t c) {
    at_group_begin_ = starred_ = false;
    if (skip_ > 0) {
      --skip_;
      return;
    }
    if (now_.place == Place::hex || now_.place == Place::object) return nibble(c);
    bytes_.push_back(static_cast<char>(c));
    if (bytes_.size() >= kHeldBytes) flush_bytes();
  }

  void nibble(std::uint8_t c) {
    const std::uint8_t digit = text::hex_value(c);
    if (digit == text::kNotHex) return;
    if (half_ < 0) {
      half_ = digit;
      return;
    }
    file_.push_back(static_cast<std::uint8_t>(half_ << 4 | digit));
    half_ = -1;
  }

  void binary(Bytes bytes) {
    flush_bytes();
    file_.insert(file_.end(), bytes.begin(), bytes.end());
    if (now_.place != Place::hex && now_.place != Place::object) end_file(Place::hex);
  }

  void end_file(Place place) {
    half_ = -1;
    if (file_.empty()) return;
    if (place == Place::object) {
      unpack_embedded_object(file_, output_);
    } else {
      output_.begin("data");
      output_.data(file_);
    }
    file_.clear();
    output_.begin(name_);
  }

  void text(std::string_view text) {
    flush_bytes();
    if (skip_ > 0)
      --skip_;
    else
      put(text);
  }

  void symbol(std::string_view name, std::string_view text) {
    const bool within_cell = now_.in_table && (name == "par" || name == "line");
    flush_bytes();
    if (now_.place == Place::body && text == "\n" && !within_cell)
      end_line("\n");
    else
      put(within_cell ? " " : text);
  }

  void put(std::string_view text) {
    if (now_.place == Place::body) output_.text(text);
    if (now_.place == Place::aside) put_aside(text);
  }

  void put_aside(std::string_view text) {
    aside_ += text;
    if (aside_.size() >= kHeldBytes) end_line("\n");
  }

  void end_line(std::string_view end) {
    output_.text(end);
    if (aside_.find_first_not_of(" ;\t\n") != std::string::npos) {
      output_.text(aside_);
      output_.text("\n");
    }
    aside_.clear();
  }

  void flush_bytes() {
    if (bytes_.empty()) return;
    const unsigned number = now_.code_page != 0 ? now_.code_page : document_code_page_;
    auto page = code_pages_.find(number);
    if (page == code_pages_.end()) {
      if (code_pages_.size() >= 64) code_pages_.clear();
      page = code_pages_.try_emplace(number, number).first;
    }
    std::string utf8;
    page->second.append_utf8_of(bytes_, utf8);
    bytes_.clear();
    put(utf8);
  }

  ByteCursor in_;
  Output& output_;
  const std::string name_;
  Group now_;
  std::vector<Group> groups_;
  std::size_t depth_ = 0;
  bool at_group_begin_ = false;
  bool starred_ = false;
  int skip_ = 0;  // characters still to be left out behind \u
  std::uint32_t high_surrogate_ = 0;
  unsigned document_code_page_ = 1252;
  int font_ = 0;
  std::map<int, unsigned> code_pages_of_fonts_;
  std::map<unsigned, CodePage> code_pages_;
  std::string bytes_;  // of the text, not converted yet
  std::string aside_;
  std::vector<std::uint8_t> file_;
  int half_ = -1;  // of a byte in hexadecimal
};

}  // namespace

Outcome unpack_rtf(Bytes file, Output& output, std::string_view name) {
  return Rtf(file, output, name).read();
}

}  // namespace outspan::unpack
