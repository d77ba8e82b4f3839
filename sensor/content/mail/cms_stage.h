#pragma once

#include <array>
#include <cstdint>

#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"

namespace outspan::content {

Opened open_cms(const Opening& opening) noexcept;

/// Reads a message of CMS (RFC 5652; PKCS #7, S/MIME) whose content is in clear, as it comes:
/// signed, digested, authenticated, compressed (RFC 3274) or plain. In DER and in BER: lengths may
/// be indefinite, and the octets of the content may come in segments, which are joined. The content
/// is a node of its own, read as a mail where it begins as one. What stands around it
/// (certificates, signatures) is searched as bytes. Memory: a stack of elements of fixed depth.
/// What is deeper, or contradicts itself, is searched as bytes from there on and reported as
/// damaged.
class CmsStage final : public Stage {
 public:
  CmsStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  /// Elements of a signature with a timestamp and certificates in it lie 20 deep.
  static constexpr std::size_t kDepth = 32;
  /// Identifier and length octets: a tag of one byte, a length of eight.
  static constexpr std::size_t kHeaderBytes = 10;
  /// Longer than any type of content that is known here.
  static constexpr std::size_t kTypeBytes = 11;
  /// Of an element; without definite length the end of what it stands in.
  static constexpr std::uint64_t kNoEnd = UINT64_MAX;

  struct Element {
    std::uint64_t end = kNoEnd;
    std::uint8_t tag = 0;
    bool indefinite = false;
    bool names_type = false;     ///< the last element in it was an object identifier
    bool holds_content = false;  ///< its octets are the content, or it holds those
  };
  enum class State : std::uint8_t { header, body, after, lost };

  std::size_t take_header(Bytes bytes) noexcept;
  std::size_t take_body(Bytes bytes, std::size_t at) noexcept;
  void begin_element() noexcept;
  void begin_body(Element element) noexcept;
  void end_elements() noexcept;
  void pop() noexcept;
  void lose(const char* reason) noexcept;
  void open_content() noexcept;
  void end_content() noexcept;
  void settle() noexcept;
  [[nodiscard]] std::uint64_t limit() const noexcept {
    return depth_ == 0 ? kNoEnd : elements_[depth_ - 1].end;
  }

  std::uint32_t node_depth_;
  StagePtr rest_;     // what is not content
  StagePtr content_;  // nullptr: outside of it
  State state_ = State::header;
  const char* reason_ = nullptr;  // of State::lost
  std::uint64_t lost_at_ = 0;     // on the wire
  std::uint64_t lost_bytes_ = 0;  // since then
  std::uint64_t at_ = 0;          // bytes of the message so far
  std::array<std::uint8_t, kHeaderBytes> header_{};
  std::size_t header_size_ = 0;
  std::array<Element, kDepth> elements_{};  // that are open
  std::size_t depth_ = 0;
  Element body_;  // the primitive one that is being read
  std::array<std::uint8_t, kTypeBytes> type_{};
  std::size_t type_size_ = 0;
  bool compressed_ = false;
};

}  // namespace outspan::content
