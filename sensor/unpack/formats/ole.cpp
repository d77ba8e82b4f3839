#include "unpack/formats/ole.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-infile.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "unpack/formats/compressed_rtf.h"
#include "unpack/formats/embedded_object.h"
#include "unpack/formats/old_workbook.h"
#include "unpack/formats/rtf.h"
#include "unpack/formats/word.h"

namespace outspan::unpack {
namespace {

struct Unref {
  template <class T>
  void operator()(T* object) const noexcept {
    g_object_unref(object);
  }
};
using Input = std::unique_ptr<GsfInput, Unref>;
using Folder = std::unique_ptr<GsfInfile, Unref>;

constexpr int kFoldersDeep = 16;

/// false: damaged; what came before was handed on.
bool read_stream(GsfInput* input, const std::function<void(Bytes)>& take) {
  constexpr gsf_off_t kPiece = 32768;
  for (gsf_off_t left = gsf_input_remaining(input); left > 0;) {
    const auto size = static_cast<std::size_t>(std::min(left, kPiece));
    const guint8* bytes = gsf_input_read(input, size, nullptr);
    if (bytes == nullptr) return false;
    take(Bytes(bytes, size));
    left -= static_cast<gsf_off_t>(size);
  }
  return true;
}

std::string whole(GsfInput* input) {
  std::string all;
  read_stream(input, [&all](Bytes bytes) { all += as_text(bytes); });
  return all;
}

std::string whole(GsfInfile* folder, const char* name) {
  const Input input(gsf_infile_child_by_name(folder, name));
  return input == nullptr ? std::string() : whole(input.get());
}

class Streams {
 public:
  explicit Streams(Output& output) : output_(output) {}

  void walk(GsfInfile* folder, const std::string& path, int depth) {
    const int count = gsf_infile_num_children(folder);
    for (int i = 0; i < count; ++i) {
      const Input child(gsf_infile_child_by_index(folder, i));
      if (child == nullptr) {
        good_ = false;
        continue;
      }
      const char* name = gsf_input_name(child.get());
      const std::string full = path + (name != nullptr ? name : "");
      if (GSF_IS_INFILE(child.get()) && gsf_infile_num_children(GSF_INFILE(child.get())) >= 0) {
        if (depth < kFoldersDeep) walk(GSF_INFILE(child.get()), full + "/", depth + 1);
        good_ = good_ && depth < kFoldersDeep;
      } else {
        stream(child.get(), full);
      }
    }
  }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  void stream(GsfInput* input, const std::string& name) {
    // [MS-OXPROPS]: the RTF body of a message. The object packager's own stream.
    if (name.ends_with("__substg1.0_10090102")) {
      const DecompressedRtf rtf = decompress_rtf(as_bytes(whole(input)));
      const Outcome outcome = unpack_rtf(as_bytes(rtf.text), output_, name);
      good_ = good_ && rtf.whole && outcome == Outcome::opened;
    } else if (name.ends_with("\x01Ole10Native")) {
      const std::string native = whole(input);
      ByteCursor in(as_bytes(native));
      in.skip(4);  // its size
      unpack_packaged_file(in.rest(), output_);
    } else {
      output_.begin(name);
      good_ = read_stream(input, [this](Bytes bytes) { output_.data(bytes); }) && good_;
      output_.end();
    }
  }

  Output& output_;
  bool good_ = true;
};

bool has(GsfInfile* folder, const char* name) {
  return Input(gsf_infile_child_by_name(folder, name)) != nullptr;
}

/// [MS-DOC] 2.5.1: fEncrypted of the file information block.
bool is_locked_word(Bytes document) noexcept {
  return document.size() > 11 && (document[11] & 1) != 0;
}

/// [MS-XLS] 2.4.117: a FilePass record among the first of the workbook.
bool is_locked_workbook(Bytes workbook) noexcept {
  ByteCursor in(workbook);
  for (int records = 0; records < 8 && in.left() >= 4; ++records) {
    if (in.u16_le() == 0x2f) return true;
    in.skip(in.u16_le());
  }
  return false;
}

/// The text of a document, or the rows of a workbook: their streams are searched as bytes as well,
/// since Word leaves deleted text in them. false: behind a password.
bool unpack_main_stream(GsfInfile* root, Output& output) {
  const std::string document = whole(root, "WordDocument");
  if (is_locked_word(as_bytes(document))) return false;
  if (!document.empty()) {
    const std::string table = whole(root, word_table_name(as_bytes(document)));
    unpack_word(as_bytes(document), as_bytes(table), output);
  }
  const std::string workbook = whole(root, "Workbook");
  if (is_locked_workbook(as_bytes(workbook))) return false;
  unpack_old_workbook(as_bytes(workbook), output);
  return true;
}

}  // namespace

Outcome unpack_ole(Bytes file, Output& output) {
  gsf_init();
  const Input memory(gsf_input_memory_new(file.data(), static_cast<gsf_off_t>(file.size()), FALSE));
  if (memory == nullptr) return Outcome::memory;
  const Folder root(gsf_infile_msole_new(memory.get(), nullptr));
  if (root == nullptr) return Outcome::damaged;
  // [MS-OFFCRYPTO] 2.3.4: a whole OOXML file behind a password.
  if (has(root.get(), "EncryptedPackage")) return Outcome::encrypted;
  const bool readable = unpack_main_stream(root.get(), output);
  Streams streams(output);
  streams.walk(root.get(), "", 0);
  if (!readable) return Outcome::encrypted;
  // Which sectors are behind the damage libgsf does not say: streams that were read are found
  // twice.
  if (!streams.good()) output.rest(file);
  return streams.good() ? Outcome::opened : Outcome::damaged;
}

}  // namespace outspan::unpack
