#include "unpack/ole.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-infile.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

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
    constexpr gsf_off_t kPiece = 32768;
    output_.begin(name);
    for (gsf_off_t left = gsf_input_remaining(input); left > 0;) {
      const auto size = static_cast<std::size_t>(std::min(left, kPiece));
      const guint8* bytes = gsf_input_read(input, size, nullptr);
      if (bytes == nullptr) {
        good_ = false;
        break;
      }
      output_.data(Bytes(bytes, size));
      left -= static_cast<gsf_off_t>(size);
    }
    output_.end();
  }

  Output& output_;
  bool good_ = true;
};

bool has(GsfInfile* folder, const char* name) {
  return Input(gsf_infile_child_by_name(folder, name)) != nullptr;
}

/// [MS-DOC] 2.5.1: fEncrypted of the file information block.
bool is_locked_word(GsfInfile* folder) {
  const Input input(gsf_infile_child_by_name(folder, "WordDocument"));
  if (input == nullptr || gsf_input_size(input.get()) < 12) return false;
  const guint8* head = gsf_input_read(input.get(), 12, nullptr);
  return head != nullptr && (head[11] & 1) != 0;
}

/// [MS-XLS] 2.4.117: a FilePass record among the first of the workbook.
bool is_locked_workbook(GsfInfile* folder) {
  Input input(gsf_infile_child_by_name(folder, "Workbook"));
  if (input == nullptr) return false;
  for (int records = 0; records < 8 && gsf_input_remaining(input.get()) >= 4; ++records) {
    const guint8* head = gsf_input_read(input.get(), 4, nullptr);
    if (head == nullptr) return false;
    const unsigned type = head[0] | static_cast<unsigned>(head[1]) << 8;
    const unsigned size = head[2] | static_cast<unsigned>(head[3]) << 8;
    if (type == 0x2f) return true;
    if (gsf_input_seek(input.get(), static_cast<gsf_off_t>(size), G_SEEK_CUR)) return false;
  }
  return false;
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
  Streams streams(output);
  streams.walk(root.get(), "", 0);
  if (is_locked_word(root.get()) || is_locked_workbook(root.get())) return Outcome::encrypted;
  return streams.good() ? Outcome::opened : Outcome::damaged;
}

}  // namespace outspan::unpack
