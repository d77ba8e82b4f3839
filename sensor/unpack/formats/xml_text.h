#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unpack/worker/output.h"

struct XML_ParserStruct;

namespace outspan::unpack {

/// What a parser of XML hears: names without their prefix ("w:p" is "p").
class XmlEvents {
 public:
  virtual ~XmlEvents() = default;
  /// `attributes`: name, value, name, value, ..., nullptr.
  virtual void open(std::string_view name, const char** attributes) = 0;
  virtual void close(std::string_view name) = 0;
  virtual void characters(std::string_view text) = 0;
};

/// The value of an attribute by its name without prefix; empty: there is none.
std::string_view attribute(const char** attributes, std::string_view name) noexcept;

/// Feeds XML in pieces. A document type declaration ends it: none of these formats has one, and
/// entities are what bombs are made of. Errors: passes on what `events` throws.
class XmlReader {
 public:
  explicit XmlReader(XmlEvents& events);
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;
  ~XmlReader();
  /// false: this is not well-formed XML; nothing more is read.
  bool feed(Bytes bytes, bool last = false);

 private:
  struct Callbacks;
  XmlEvents& events_;
  XML_ParserStruct* parser_;
  std::exception_ptr thrown_;
  bool good_ = true;
};

/// The text of a word processor's, a presentation's or any other XML: paragraphs and rows of tables
/// are lines, cells are separated by tabs, runs within a paragraph are joined.
class DocumentText final : public XmlEvents {
 public:
  /// `name` is the member; with `tables_are_members` (ODF spreadsheets) each named table is one.
  DocumentText(Output& output, std::string_view name, bool tables_are_members);
  void open(std::string_view name, const char** attributes) override;
  void close(std::string_view name) override;
  void characters(std::string_view text) override;

 private:
  Output& output_;
  std::string name_;
  bool tables_are_members_;
  int cells_ = 0;         // open ones, inside one another
  bool in_text_ = false;  // since the last tag
};

}  // namespace outspan::unpack
