#pragma once

#include <cstdlib>

#include "unpack/worker/serve.h"

namespace outspan::unpack {

/// What a parser writes, thrown away; that members do not overlap is checked.
class NoOutput final : public Output {
 public:
  NoOutput() noexcept : Output({.entries = 200, .output_bytes = 4 << 20}) {}

 private:
  void write_begin(std::string_view) override {
    if (in_member_) std::abort();
    in_member_ = true;
  }
  void write_begin_rest() override { write_begin({}); }
  void write_data(Bytes) override {
    if (!in_member_) std::abort();
  }
  void write_end() override { in_member_ = false; }
  void write_encrypted(std::string_view) override {
    if (in_member_) std::abort();
  }
  void write_unread(std::uint64_t) override {
    if (in_member_) std::abort();
  }
  bool in_member_ = false;
};

}  // namespace outspan::unpack
