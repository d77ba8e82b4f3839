#include "unpack/formats/binary_workbook.h"

#include <bit>

#include "text/utf8.h"
#include "unpack/formats/numbers.h"
#include "unpack/formats/row_writer.h"

namespace outspan::unpack {
namespace {

/// [MS-XLSB] 2.3
enum RecordType : std::uint32_t {
  kRow = 0,
  kCellBlank = 1,
  kCellRk = 2,
  kCellError = 3,
  kCellBool = 4,
  kCellReal = 5,
  kCellString = 6,
  kCellShared = 7,
  kFormulaString = 8,
  kFormulaNumber = 9,
  kFormulaBool = 10,
  kFormulaError = 11,
  kSharedString = 19,
  kCellRichString = 62,
  kSheet = 156,
};

struct Record {
  std::uint32_t type = 0;
  Bytes payload;
};

/// Seven bits a byte, the lowest first; at most `bytes_max` of them.
std::uint32_t varying(ByteCursor& in, unsigned bytes_max) noexcept {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < bytes_max; ++i) {
    const std::uint8_t byte = in.u8();
    value |= static_cast<std::uint32_t>(byte & 0x7f) << 7 * i;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

/// Calls `visit` for each record. false: the last one is cut short.
template <class Visit>
bool read_records(Bytes part, const Visit& visit) {
  ByteCursor in(part);
  while (in.left() > 0) {
    Record record;
    record.type = varying(in, 2);
    record.payload = in.take(varying(in, 4));
    if (!in.ok()) return false;
    visit(record);
  }
  return true;
}

/// XLWideString; one that is null is empty.
std::string wide_string(ByteCursor& in) {
  const std::uint32_t units = in.u32_le();
  constexpr std::uint32_t kNull = 0xffffffff;
  if (units == kNull) return {};
  return text::utf8_of_utf16(as_text(in.take(static_cast<std::size_t>(units) * 2)));
}

/// RichStr: formatting follows the text.
std::string rich_string(ByteCursor& in) {
  in.skip(1);
  return wide_string(in);
}

class Sheet {
 public:
  Sheet(const std::vector<std::string>& strings, Output& output)
      : strings_(strings), rows_(output) {}

  void record(const Record& record) {
    ByteCursor in(record.payload);
    if (record.type == kRow) return rows_.end_row();
    const std::uint32_t column = in.u32_le();
    in.skip(4);  // style
    switch (record.type) {
      case kCellRk: rows_.cell(column, cell_text(rk_number(in.u32_le()))); break;
      case kCellReal:
      case kFormulaNumber: rows_.cell(column, cell_text(std::bit_cast<double>(in.u64_le()))); break;
      case kCellString:
      case kFormulaString: rows_.cell(column, wide_string(in)); break;
      case kCellRichString: rows_.cell(column, rich_string(in)); break;
      case kCellShared: {
        const std::uint32_t index = in.u32_le();
        if (in.ok() && index < strings_.size()) rows_.cell(column, strings_[index]);
        break;
      }
      case kCellBlank:
      case kCellError:
      case kCellBool:
      case kFormulaBool:
      case kFormulaError: break;
      default: rest_ += as_text(record.payload); return;
    }
    good_ = good_ && in.ok();
    if (record.type == kFormulaString) rest_ += as_text(in.rest());  // the formula has text as well
  }
  void end() { rows_.end_row(); }
  [[nodiscard]] const std::string& rest() const noexcept { return rest_; }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  const std::vector<std::string>& strings_;
  RowWriter rows_;
  std::string rest_;
  bool good_ = true;
};

}  // namespace

bool read_binary_strings(Bytes part, std::vector<std::string>& strings) {
  bool good = true;
  const bool whole = read_records(part, [&](const Record& record) {
    if (record.type != kSharedString) return;
    ByteCursor in(record.payload);
    strings.push_back(rich_string(in));
    good = good && in.ok();
  });
  return whole && good;
}

std::map<std::string, std::string> read_binary_sheet_names(Bytes part) {
  std::map<std::string, std::string> names;
  read_records(part, [&names](const Record& record) {
    if (record.type != kSheet) return;
    ByteCursor in(record.payload);
    in.skip(8);  // hidden or not, number
    const std::string relationship = wide_string(in);
    names[relationship] = wide_string(in);
  });
  return names;
}

bool unpack_binary_sheet(Bytes part, const std::vector<std::string>& strings,
                         const std::string& name, Output& output) {
  output.begin(name);
  Sheet sheet(strings, output);
  const bool whole = read_records(part, [&sheet](const Record& record) { sheet.record(record); });
  sheet.end();
  output.end();
  output.begin(name + ".bin");
  output.text(sheet.rest());
  output.end();
  return whole && sheet.good();
}

}  // namespace outspan::unpack
