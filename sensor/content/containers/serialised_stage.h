#pragma once

#include <array>
#include <cstdint>

#include "content/chain/opener.h"
#include "content/chain/stage.h"

namespace outspan::content {

Opened open_java(const Opening& opening) noexcept;
Opened open_pickle(const Opening& opening) noexcept;

enum class Serialisation : std::uint8_t {
  java,    ///< Java Object Serialization Specification, 6: Object Serialization Stream Protocol
  pickle,  ///< Python, protocols 0 to 5 (pickletools.py)
};

/// Sets the strings of programs' own formats apart: what stands between them (marks and lengths,
/// which can look like letters) becomes ends of lines, byte for byte. Nothing is left out, so that
/// bytes that are not what they seem are searched all the same.
class SerialisedStage final : public Stage {
 public:
  SerialisedStage(ObjectContext& context, const Node& node, Serialisation form,
                  StagePtr next) noexcept
      : Stage(context, node), form_(form), next_(std::move(next)) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override { next_->pause(); }
  void end() noexcept override;

 private:
  /// What the bytes in head_ begin.
  struct Token {
    enum class Kind : std::uint8_t { more, mark, counted, lines };
    Kind kind = Kind::mark;
    std::uint64_t count = 0;  ///< bytes or lines that follow head_
  };
  [[nodiscard]] Token java_token() const noexcept;
  [[nodiscard]] Token pickle_token() const noexcept;
  [[nodiscard]] std::uint64_t length(std::size_t bytes) const noexcept;
  void step(std::uint8_t byte) noexcept;
  void judge() noexcept;
  void put(std::uint8_t byte) noexcept;
  void flush() noexcept;
  void restart() noexcept;

  Serialisation form_;
  StagePtr next_;
  std::array<std::uint8_t, 9> head_{};  // a mark and its length, as far as they are there
  std::size_t head_size_ = 0;
  std::uint64_t bytes_left_ = 0;  // of the string
  unsigned lines_left_ = 0;
  bool border_ = false;  // a string has just ended
  std::array<std::uint8_t, 1024> out_{};
  std::size_t out_size_ = 0;
};

}  // namespace outspan::content
