#include <cstdlib>

#include "tests/unpack/workers.h"
#include "unpack/pool/frame.h"

namespace {

using namespace outspan::unpack;

/// Nothing of a file is kept; that members follow one another is checked.
class Checked final : public ExtractSink {
 public:
  ~Checked() override {
    if (in_member_) std::abort();
  }
  bool begin_member(std::string_view name) noexcept override {
    if (in_member_ || name.size() > kNameBytesMax) std::abort();
    return in_member_ = true;
  }
  bool begin_rest() noexcept override { return begin_member({}); }
  bool data(outspan::Bytes) noexcept override {
    if (!in_member_) std::abort();
    return true;
  }
  void end_member() noexcept override {
    if (!in_member_) std::abort();
    in_member_ = false;
  }
  void on_encrypted(std::string_view) noexcept override {
    if (in_member_) std::abort();
  }
  void on_unread(std::uint64_t) noexcept override {
    if (in_member_) std::abort();
  }

 private:
  bool in_member_ = false;
};

/// A worker that has read hostile files reads the next one as a new one does.
void check_a_good_file(Kind kind, const std::string& name) {
  static const std::string file = read_file(name);
  static std::string expected;
  Collected found;
  if (open(file, kind, found) != Outcome::opened || found.all().empty()) std::abort();
  if (expected.empty()) expected = found.all();
  if (found.all() != expected) std::abort();
}

}  // namespace

/// PDF, whose libraries are not built with sanitizers and are fuzzed by their own projects, is read
/// by a worker: what is tried is that nothing which a worker does with it harms the sensor.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file = outspan::as_text({data, size});
  if (!file.starts_with("%PDF")) return -1;
  Checked sink;
  static_cast<void>(
      submit(pool(), Kind::pdf, file,
             {.entries = 200, .output_bytes = 4 << 20, .time = std::chrono::milliseconds(2000)})
          .wait(sink));
  static int files = 0;
  if (files++ % 100 == 0) check_a_good_file(Kind::pdf, "customers.pdf");
  return 0;
}
