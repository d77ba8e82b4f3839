#include "unpack/formats/pdf_comments.h"

#include <qpdf/qpdf-c.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/handle.h"

namespace outspan::unpack {
namespace {

constexpr std::size_t kObjectsMax = 100'000;

struct Cleanup {
  void operator()(qpdf_data document) const noexcept { qpdf_cleanup(&document); }
};
using Document = std::unique_ptr<_qpdf_data, Cleanup>;

/// A handle of the C interface, which keeps the errors of libqpdf to itself; null after them. The
/// one in C++ does not compile with clang 14 as C++20.
class PdfObject {
 public:
  PdfObject(qpdf_data document, qpdf_oh handle) noexcept : document_(document), handle_(handle) {}
  PdfObject(PdfObject&& other) noexcept
      : document_(std::exchange(other.document_, nullptr)), handle_(other.handle_) {}
  PdfObject& operator=(PdfObject&&) = delete;
  ~PdfObject() {
    if (document_ != nullptr) qpdf_oh_release(document_, handle_);
  }

  [[nodiscard]] bool is_dictionary() const {
    return qpdf_oh_is_dictionary(document_, handle_) != 0;
  }
  [[nodiscard]] PdfObject at(const char* key) const {
    return {document_, qpdf_oh_get_key_if_dict(document_, handle_, key)};
  }
  [[nodiscard]] int items() const {
    return qpdf_oh_is_array(document_, handle_) != 0 ? qpdf_oh_get_array_n_items(document_, handle_)
                                                     : 0;
  }
  [[nodiscard]] PdfObject item(int index) const {
    return {document_, qpdf_oh_get_array_item(document_, handle_, index)};
  }
  /// 0: it stands inside another one.
  [[nodiscard]] int number() const { return qpdf_oh_get_object_id(document_, handle_); }
  /// Of a string, or of a stream, which the long ones may be; UTF-8.
  [[nodiscard]] std::string text() const {
    std::size_t size = 0;
    if (qpdf_oh_is_string(document_, handle_) != 0) {
      const char* value = qpdf_oh_get_binary_utf8_value(document_, handle_, &size);
      return {value, size};
    }
    if (qpdf_oh_is_stream(document_, handle_) == 0) return {};
    std::uint8_t* data = nullptr;
    qpdf_oh_get_stream_data(document_, handle_, qpdf_dl_generalized, nullptr, &data, &size);
    const CHandle<std::uint8_t, std::free> owned(data);
    if (data == nullptr) return {};
    const auto* bytes = reinterpret_cast<const char*>(data);
    return PdfObject(document_, qpdf_oh_new_binary_string(document_, bytes, size)).text();
  }

 private:
  qpdf_data document_;
  qpdf_oh handle_;
};

/// Without tags. Those of a paragraph or a line leave a blank, the others may stand inside a value.
std::string without_tags(std::string_view rich) {
  std::string text;
  while (!rich.empty()) {
    const std::size_t open = rich.find('<');
    text += rich.substr(0, open);
    if (open == std::string_view::npos) break;
    rich.remove_prefix(open + 1);
    const std::string_view tag = rich.substr(rich.starts_with('/') ? 1 : 0);
    if (tag.starts_with('p') || tag.starts_with("br") || tag.starts_with("div")) text += ' ';
    const std::size_t close = rich.find('>');
    rich.remove_prefix(close == std::string_view::npos ? rich.size() : close + 1);
  }
  return text;
}

std::string line_of(const PdfObject& annotation) {
  std::string line;
  const auto add = [&line](const std::string& text) {
    if (text.empty()) return;
    if (!line.empty()) line += '\t';
    line += text;
  };
  for (const char* key : {"/Contents", "/T", "/Subj", "/TU", "/V"}) add(annotation.at(key).text());
  add(without_tags(annotation.at("/RC").text()));
  const PdfObject action = annotation.at("/A");
  for (const char* key : {"/URI", "/JS"}) add(action.at(key).text());
  return line;
}

class Comments {
 public:
  explicit Comments(Output& output) noexcept : output_(output) {}

  /// The tree of pages, without recursion: its depth is up to who made the file.
  void read(PdfObject pages) {
    std::vector<PdfObject> waiting;
    waiting.push_back(std::move(pages));
    while (!waiting.empty()) {
      const PdfObject node = std::move(waiting.back());
      waiting.pop_back();
      if (!is_new(node)) continue;
      const PdfObject kids = node.at("/Kids");
      for (int i = kids.items(); i-- > 0 && waiting.size() < kObjectsMax;)
        waiting.push_back(kids.item(i));
      write(node.at("/Annots"));
    }
  }

  [[nodiscard]] bool complete() const noexcept { return objects_ < kObjectsMax; }

 private:
  void write(const PdfObject& annotations) {
    const int items = annotations.items();
    for (int i = 0; i < items && objects_ < kObjectsMax; ++i) {
      const PdfObject annotation = annotations.item(i);
      const std::string line = is_new(annotation) ? line_of(annotation) : std::string();
      if (line.empty()) continue;
      if (!std::exchange(begun_, true)) output_.begin("comments");
      output_.text(line + "\n");
    }
  }
  /// A dictionary that was not seen before, within the bound.
  bool is_new(const PdfObject& object) {
    if (++objects_ > kObjectsMax || !object.is_dictionary()) return false;
    return object.number() == 0 || seen_.insert(object.number()).second;
  }

  Output& output_;
  std::set<int> seen_;
  std::size_t objects_ = 0;
  bool begun_ = false;
};

}  // namespace

bool pdf_comments(Bytes file, Output& output) {
  const Document document(qpdf_init());
  qpdf_silence_errors(document.get());
  qpdf_set_suppress_warnings(document.get(), QPDF_TRUE);
  const auto* bytes = reinterpret_cast<const char*>(file.data());
  if (qpdf_read_memory(document.get(), "file", bytes, file.size(), nullptr) >= QPDF_ERRORS)
    return false;
  const PdfObject root(document.get(), qpdf_get_root(document.get()));
  Comments comments(output);
  comments.read(root.at("/Pages"));
  output.end();
  return comments.complete();
}

}  // namespace outspan::unpack
