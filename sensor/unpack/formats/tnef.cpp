#include "unpack/formats/tnef.h"

#include <string>
#include <string_view>

#include "text/utf8.h"
#include "unpack/formats/charset.h"
#include "unpack/formats/compressed_rtf.h"
#include "unpack/formats/rtf.h"

namespace outspan::unpack {
namespace {

constexpr std::uint32_t kSignature = 0x223e9f78;

/// [MS-OXTNEF] 2.1.3.2: attributes whose bytes are more than a text.
enum Attribute : std::uint16_t {
  kAttachData = 0x800f,
  kAttachTitle = 0x8010,
  kAttachTransportName = 0x9001,
  kAttachBegin = 0x9002,
  kMessageProperties = 0x9003,
  kRecipients = 0x9004,
  kAttachProperties = 0x9005,
  kCodePage = 0x9007,
};

/// [MS-OXPROPS]
enum PropertyId : std::uint16_t {
  kRtfCompressed = 0x1009,
  kHtml = 0x1013,
  kAttachObject = 0x3701,
  kAttachFilename = 0x3704,
  kAttachLongFilename = 0x3707,
};

/// [MS-OXCDATA] 2.11.1
enum PropertyType : std::uint16_t {
  kObject = 0x0d,
  kString8 = 0x1e,
  kUnicode = 0x1f,
  kBinary = 0x102,
  kMany = 0x1000,  // a flag
};

struct Property {
  std::uint16_t id;
  std::uint16_t type;
  Bytes value;
};

/// 0: values carry their size.
std::size_t fixed_size(std::uint16_t type) noexcept {
  switch (type) {
    case 0x02:  // 16 bits, padded
    case 0x03:
    case 0x04:
    case 0x0a:
    case 0x0b: return 4;
    case 0x05:
    case 0x06:
    case 0x07:
    case 0x14:
    case 0x40: return 8;
    case 0x48: return 16;
    default: return 0;
  }
}

Bytes padded(ByteCursor& in, std::size_t size) noexcept {
  const Bytes bytes = in.take(size);
  if (in.ok()) in.skip((4 - size % 4) % 4);
  return bytes;
}

/// Properties that have a name instead of a number of MAPI's own.
void skip_name(ByteCursor& in) noexcept {
  in.skip(16);
  if (in.u32_le() == 0)
    in.skip(4);
  else
    padded(in, in.u32_le());
}

/// [MS-OXTNEF] 2.1.3.4. `visit` is called for each value of each property.
template <class Visit>
void read_properties(ByteCursor& in, const Visit& visit) {
  const std::uint32_t properties = in.u32_le();
  for (std::uint32_t i = 0; i < properties && in.ok(); ++i) {
    Property property{};
    const std::uint16_t tag = in.u16_le();
    property.type = tag & ~kMany;
    property.id = in.u16_le();
    if (property.id >= 0x8000) skip_name(in);
    const std::size_t size = fixed_size(property.type);
    const std::uint32_t values = size == 0 || (tag & kMany) != 0 ? in.u32_le() : 1;
    for (std::uint32_t value = 0; value < values && in.ok(); ++value) {
      property.value = size == 0 ? padded(in, in.u32_le()) : padded(in, size);
      if (in.ok()) visit(property);
    }
  }
}

class Message {
 public:
  explicit Message(Output& output) : output_(output) {}

  Outcome read(Bytes file) {
    ByteCursor in(file);
    if (in.u32_le() != kSignature) return Outcome::damaged;
    in.skip(2);  // a key
    Bytes rest;
    while (in.ok() && in.left() > 0) {
      rest = in.rest();
      in.skip(1);  // of the message, or of an attachment
      const std::uint16_t id = in.u16_le();
      const std::uint16_t type = in.u16_le();
      const Bytes value = in.take(in.u32_le());
      in.skip(2);  // checksum
      if (in.ok()) attribute(id, type, value);
    }
    end_attachment();
    member("message", text_);
    member("properties", bytes_);
    if (!in.ok()) output_.rest(rest);
    return in.ok() && good_ ? Outcome::opened : Outcome::damaged;
  }

 private:
  void attribute(std::uint16_t id, std::uint16_t type, Bytes value) {
    constexpr std::uint16_t kString = 1, kText = 2;
    ByteCursor in(value);
    switch (id) {
      case kCodePage: code_page_ = CodePage(in.u32_le()); return;
      case kAttachBegin: return end_attachment();
      case kAttachData: attached_ = value; return;
      case kAttachTitle:
      case kAttachTransportName:
        if (name_.empty()) name_ = narrow(as_text(value));
        return line(narrow(as_text(value)));
      case kMessageProperties:
        read_properties(in, [this](const Property& p) { of_message(p); });
        break;
      case kAttachProperties:
        read_properties(in, [this](const Property& p) { of_attachment(p); });
        break;
      case kRecipients:
        for (std::uint32_t left = in.u32_le(); left > 0 && in.ok(); --left) {
          read_properties(in, [this](const Property& p) { text_property(p, '\t'); });
          text_ += '\n';
        }
        break;
      default:
        if (type == kString || type == kText) return line(narrow(as_text(value)));
        bytes_ += as_text(value);
        bytes_ += '\n';
    }
    if (!in.ok()) bytes_ += as_text(value);
    good_ = good_ && in.ok();
  }

  void of_message(const Property& property) {
    if (property.id == kRtfCompressed) {
      const DecompressedRtf rtf = decompress_rtf(property.value);
      const Outcome outcome = unpack_rtf(as_bytes(rtf.text), output_, "body");
      good_ = good_ && rtf.whole && outcome == Outcome::opened;
    } else if (property.id == kHtml) {
      member("body.html", as_text(property.value));
    } else {
      text_property(property, '\n');
    }
  }

  void of_attachment(const Property& property) {
    constexpr std::size_t kInterfaceBytes = 16;  // says what kind of object follows
    if (property.id == kAttachObject && property.type == kBinary)
      attached_ = property.value;
    else if (property.id == kAttachObject && property.value.size() >= kInterfaceBytes)
      attached_ = property.value.subspan(kInterfaceBytes);
    else
      text_property(property, '\n');
    if (property.id == kAttachLongFilename || (property.id == kAttachFilename && name_.empty()))
      name_ = text_of(property);
  }

  [[nodiscard]] std::string text_of(const Property& property) {
    std::string text = property.type == kUnicode ? text::utf8_of_utf16(as_text(property.value))
                                                 : narrow(as_text(property.value));
    while (!text.empty() && text.back() == '\0') text.pop_back();
    return text;
  }

  void text_property(const Property& property, char end) {
    if (property.type == kString8 || property.type == kUnicode) {
      text_ += text_of(property);
      text_ += end;
    } else if (property.type == kBinary || property.type == kObject) {
      bytes_ += as_text(property.value);
      bytes_ += '\n';
    }
  }

  std::string narrow(std::string_view bytes) {
    while (bytes.ends_with('\0')) bytes.remove_suffix(1);
    std::string text;
    code_page_.append_utf8_of(bytes, text);
    return text;
  }

  void line(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }

  void member(std::string_view name, std::string_view bytes) {
    if (bytes.empty()) return;
    output_.begin(name);
    output_.text(bytes);
    output_.end();
  }

  void end_attachment() {
    member(name_, as_text(attached_));
    name_.clear();
    attached_ = {};
  }

  Output& output_;
  CodePage code_page_{1252};
  std::string text_;   // of all properties
  std::string bytes_;  // of properties that are neither text nor files
  std::string name_;   // of the current attachment
  Bytes attached_;
  bool good_ = true;
};

}  // namespace

Outcome unpack_tnef(Bytes file, Output& output) { return Message(output).read(file); }

}  // namespace outspan::unpack
