#include "unpack/formats/pdf.h"

#include <iconv.h>
#include <poppler-document.h>
#include <poppler-embedded-file.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <climits>
#include <memory>
#include <string>

#include "text/utf8.h"
#include "unpack/formats/pdf_comments.h"
#include "unpack/formats/pdf_objects.h"
#include "unpack/formats/wrapped_cells.h"

namespace outspan::unpack {
namespace {

std::string utf8(const poppler::ustring& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint32_t c = text[i];
    if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.size())
      c = 0x10000 + ((c - 0xd800) << 10) + (text[++i] & 0x3ffu);
    text::append_utf8(out, c);
  }
  return out;
}

void properties(const poppler::document& document, Output& output) {
  output.begin("properties");
  for (const std::string& key : document.info_keys()) {
    output.text(key + "\t" + utf8(document.info_key(key)) + "\n");
  }
  output.text(utf8(document.metadata()));
  output.end();
}

/// What follows the last end of the file (ISO 32000-1, 7.5.5), and the line end there.
Bytes behind_pdf(Bytes file) noexcept {
  const std::string_view text = as_text(file);
  const std::size_t last = text.rfind("startxref");
  const std::size_t mark = last == std::string_view::npos ? last : text.find("%%EOF", last);
  if (mark == std::string_view::npos) return {};
  const std::size_t begin = text.find_first_not_of("\r\n", mark + std::string_view("%%EOF").size());
  return begin == std::string_view::npos ? Bytes() : file.subspan(begin);
}

/// What poppler cannot read is searched as bytes; if that is the comments only, the streams of the
/// pages were read.
Outcome tell(Bytes file, bool pages_good, bool comments_good, Output& output) {
  if (pages_good && comments_good) {
    if (const Bytes behind = behind_pdf(file); !behind.empty()) output.rest(behind);
    return Outcome::opened;
  }
  if (pages_good)
    output.unread(write_pdf_objects(file, output));
  else
    output.rest(file);
  return Outcome::damaged;
}

}  // namespace

void prepare_pdf() {
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  // The C library loads this conversion from a file; as long as it is open here, poppler's own use
  // of it needs none.
  static const iconv_t to_utf16 = iconv_open("UTF-16", "UTF-8");
  static const iconv_t from_utf16 = iconv_open("UTF-8", "UTF-16");
  static_cast<void>(to_utf16);
  static_cast<void>(from_utf16);
}

Outcome unpack_pdf(Bytes file, Output& output) {
  if (file.size() > INT_MAX) return Outcome::unsupported;
  const std::unique_ptr<poppler::document> document(poppler::document::load_from_raw_data(
      reinterpret_cast<const char*>(file.data()), static_cast<int>(file.size())));
  if (document == nullptr) return Outcome::damaged;
  if (document->is_locked()) return Outcome::encrypted;
  properties(*document, output);
  bool good = true;
  for (int number = 0; number < document->pages(); ++number) {
    const std::unique_ptr<poppler::page> page(document->create_page(number));
    if (page == nullptr) {
      good = false;
      continue;
    }
    output.begin("page " + std::to_string(number + 1));
    const std::string text = utf8(page->text(poppler::rectf(), poppler::page::physical_layout));
    output.text(text);
    output.text(join_wrapped_addresses(text));
    output.end();
  }
  const bool has_comments = pdf_comments(file, output);
  if (document->has_embedded_files())
    for (const poppler::embedded_file* attached : document->embedded_files()) {
      if (attached == nullptr) continue;
      output.begin(attached->name());
      const poppler::byte_array bytes = attached->data();
      output.data(Bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
      output.end();
    }
  return tell(file, good && document->pages() > 0, has_comments, output);
}

}  // namespace outspan::unpack
