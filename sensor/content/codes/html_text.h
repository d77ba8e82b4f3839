#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "content/chain/buffer_pool.h"
#include "content/codes/rewriter.h"

namespace outspan::content {

enum class Markup : std::uint8_t { none, html, xml };

/// What the text is: its media type says so, or its beginning does.
Markup markup_of(const Node& node, std::string_view beginning) noexcept;

/// Puts values together again that markup splits ("al<b>ice</b>@example.com"): writes the
/// paragraphs and rows of tables in which a tag or a comment stands inside of a word, without their
/// tags, a line each, cells separated by tabs. All other text is searched as it came, so it is left
/// out. Tags of HTML that begin no paragraph, unknown ones too, are shown inside of a line; of XML
/// each ends what is before it, but comments and the borders of CDATA sections are nothing.
///
/// Memory: one buffer of kParagraph bytes from the pool while there is text in a paragraph; what is
/// longer is taken in pieces.
class HtmlText final : public Rewriter {
 public:
  static constexpr std::size_t kParagraph = 4096;

  HtmlText(ObjectContext& context, const Node& node, std::uint32_t depth, Markup markup) noexcept
      : Rewriter(context, node, "text", depth), markup_(markup) {}

  void rewrite(Bytes bytes) noexcept override;

 private:
  enum class State : std::uint8_t { text, opening, name, attributes, quoted, comment, cdata };

  void settle() noexcept override {}
  void forget() noexcept override;

  std::size_t take(std::string_view text) noexcept;
  std::size_t take_text(std::string_view text) noexcept;
  std::size_t take_attributes(std::string_view text) noexcept;
  void step(char c) noexcept;
  void begin_tag(char c) noexcept;
  void in_name(char c) noexcept;
  void in_comment(char c) noexcept;
  void in_cdata(char c) noexcept;
  void end_tag() noexcept;
  void add(std::string_view text) noexcept;
  void make_room() noexcept;
  void end_paragraph() noexcept;

  const Markup markup_;
  State state_ = State::text;
  std::array<char, 20> name_;  // of the tag, small letters, with its `/`; then zeros
  std::size_t name_size_ = 0;  // may be larger than the room: then the name is nobody's
  char quote_ = 0;
  char before_ = 0;           // the last character in the tag that is no blank
  std::size_t in_a_row_ = 0;  // dashes in a comment, brackets in a CDATA section
  bool after_tag_ = false;    // that is part of a line
  bool in_cell_ = false;
  bool joined_ = false;  // a tag stood inside of a word of the paragraph
  Buffer held_;
  std::size_t held_size_ = 0;
};

}  // namespace outspan::content
