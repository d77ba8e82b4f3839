#include "unpack/formats/xml_text.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>

namespace outspan::unpack {
namespace {

std::string_view local(std::string_view name) noexcept {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 4> kCells{"tc", "table-cell", "covered-table-cell", "c"};
constexpr std::array<std::string_view, 12> kLines{"p",   "h",          "tr",      "table-row",
                                                  "br",  "line-break", "comment", "si",
                                                  "row", "title",      "creator", "description"};
/// Attributes that hold what somebody wrote: a link's target, the value behind a cell.
constexpr std::array<std::string_view, 6> kTold{"Target", "href",  "string-value",
                                                "author", "descr", "alt"};

}  // namespace

/// Exceptions must not pass through expat, which is C: they wait until it has returned.
struct XmlReader::Callbacks {
  template <class Call>
  static void guarded(void* self, Call call) noexcept {
    auto& reader = *static_cast<XmlReader*>(self);
    if (reader.thrown_) return;
    try {
      call(reader.events_);
    } catch (...) {
      reader.thrown_ = std::current_exception();
      XML_StopParser(reader.parser_, XML_FALSE);
    }
  }
  static void open(void* self, const char* name, const char** attributes) {
    guarded(self, [&](XmlEvents& events) { events.open(local(name), attributes); });
  }
  static void close(void* self, const char* name) {
    guarded(self, [&](XmlEvents& events) { events.close(local(name)); });
  }
  static void characters(void* self, const char* text, int size) {
    guarded(self, [&](XmlEvents& events) {
      events.characters({text, static_cast<std::size_t>(size)});
    });
  }
  static void doctype(void* self, const char*, const char*, const char*, int) {
    XML_StopParser(static_cast<XmlReader*>(self)->parser_, XML_FALSE);
  }
};

std::string_view attribute(const char** attributes, std::string_view name) noexcept {
  for (; attributes[0] != nullptr; attributes += 2)
    if (local(attributes[0]) == name) return attributes[1];
  return {};
}

XmlReader::XmlReader(XmlEvents& events) : events_(events), parser_(XML_ParserCreate(nullptr)) {
  if (parser_ == nullptr) throw std::bad_alloc();
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Callbacks::open, Callbacks::close);
  XML_SetCharacterDataHandler(parser_, Callbacks::characters);
  XML_SetStartDoctypeDeclHandler(parser_, Callbacks::doctype);
  XML_SetParamEntityParsing(parser_, XML_PARAM_ENTITY_PARSING_NEVER);
}

XmlReader::~XmlReader() { XML_ParserFree(parser_); }

bool XmlReader::feed(Bytes bytes, bool last) {
  constexpr std::size_t kPiece = 1 << 20;
  do {
    const std::size_t size = std::min(bytes.size(), kPiece);
    const bool end = last && size == bytes.size();
    if (good_ && XML_Parse(parser_, reinterpret_cast<const char*>(bytes.data()),
                           static_cast<int>(size), end) != XML_STATUS_OK)
      good_ = false;
    if (thrown_) std::rethrow_exception(thrown_);
    bytes = bytes.subspan(size);
  } while (good_ && !bytes.empty());
  return good_;
}

DocumentText::DocumentText(Output& output, std::string_view name, bool tables_are_members)
    : output_(output), name_(name), tables_are_members_(tables_are_members) {
  output_.begin(name_);
}

void DocumentText::open(std::string_view name, const char** attributes) {
  in_text_ = false;
  if (is_one_of(kCells, name)) ++cells_;
  if (name == "tab") output_.text("\t");
  if (name == "s") output_.text(" ");
  if (tables_are_members_ && name == "table" && !attribute(attributes, "name").empty())
    output_.begin(attribute(attributes, "name"));
  for (const char** at = attributes; at[0] != nullptr; at += 2)
    if (is_one_of(kTold, local(at[0]))) {
      output_.text(at[1]);
      output_.text(cells_ > 0 ? " " : "\n");
    }
}

void DocumentText::close(std::string_view name) {
  in_text_ = false;
  if (is_one_of(kCells, name)) {
    cells_ = std::max(cells_ - 1, 0);
    output_.text("\t");
  } else if (is_one_of(kLines, name)) {
    output_.text(cells_ > 0 ? " " : "\n");
  }
  if (tables_are_members_ && name == "table") output_.begin(name_);
}

void DocumentText::characters(std::string_view text) {
  // Behind a tag: the layout of the XML itself. expat hands on every end of a line by itself.
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (blank && !in_text_ && text.find('\n') != std::string_view::npos) return;
  in_text_ = in_text_ || !blank;
  output_.text(text == "\n" && cells_ > 0 ? " " : text);
}

}  // namespace outspan::unpack
