#include "fingerprint/build/piece_reader.h"

#include <algorithm>

#include "core/hash.h"

namespace outspan::fingerprint {
namespace {

Problem at(const std::string& source, std::uint64_t line, std::uint64_t column, std::string what) {
  return {source + ":" + std::to_string(line) + ":" + std::to_string(column), std::move(what)};
}

/// What says "no" in a column of canaries; anything else marks one.
bool is_no(std::string_view cell) {
  std::string lower;
  for (const char c : cell)
    if (c != ' ') lower += detect::to_lower(c);
  static constexpr std::string_view kNo[] = {"", "0", "f", "n", "no", "false"};
  return std::find(std::begin(kNo), std::end(kNo), lower) != std::end(kNo);
}

}  // namespace

PieceReader::PieceReader(const std::string& source_name, SourceShape shape, KeyPtr key,
                         CellReader::Options options)
    : source_name_(source_name),
      shape_(std::move(shape)),
      key_(key),
      cells_(std::move(key), std::move(options)),
      texts_(static_cast<std::size_t>(
          std::count_if(shape_.columns.begin(), shape_.columns.end(),
                        [](const auto& used) { return used.type == ColumnType::text; }))) {}

PieceResult PieceReader::read(const CsvCutter::Piece& piece) {
  PieceResult result;
  result.bytes = piece.text.size();
  result.cells.resize(shape_.columns.size());
  result.findings.resize(shape_.columns.size());
  if (const auto bad = bad_utf8(piece.text)) {
    const std::string_view before = std::string_view(piece.text).substr(0, *bad);
    const auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t line = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto continued =
        std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line), before.end(),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; });
    result.problem = at(source_name_, piece.line + lines,
                        1 + before.size() - line - static_cast<std::size_t>(continued),
                        "this is not UTF-8; convert the source (iconv -f windows-1252 -t utf-8) or "
                        "export it as UTF-8");
    return result;
  }
  CsvReader csv(piece.text, shape_.separator, piece.line);
  std::vector<std::string_view> fields;
  for (;;) {
    const auto answer = csv.next(fields);
    if (answer == CsvReader::Answer::end) return result;
    if (answer == CsvReader::Answer::bad) {
      result.problem = at(source_name_, csv.place().line, csv.place().column, csv.problem());
      return result;
    }
    if (fields.size() > shape_.fields) {
      result.problem = at(source_name_, csv.place().line, 1, too_many(fields));
      return result;
    }
    read_row(fields, result);
  }
}

std::string PieceReader::too_many(const std::vector<std::string_view>& fields) const {
  const bool lone_cr = std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
    return field.find('\r') != std::string_view::npos;
  });
  if (lone_cr)
    return "lines end in CR alone here, and in another way above; make them end alike (tr '\\r' "
           "'\\n')";
  return "this row has " + std::to_string(fields.size()) + " fields, the first line has " +
         std::to_string(shape_.fields) + ": is the separator '" + std::string(1, shape_.separator) +
         "', and are fields that hold it in quotation marks?";
}

void PieceReader::read_row(const std::vector<std::string_view>& fields, PieceResult& result) {
  const auto row = static_cast<RowNumber>(result.rows++);
  PieceResult::Row record;
  const std::size_t texts_at = result.text_tags.size();
  result.text_tags.resize(texts_at + texts_);
  std::size_t text = texts_at;
  for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
    const SourceShape::Used& used = shape_.columns[i];
    const std::size_t text_slot = used.type == ColumnType::text ? text++ : 0;
    if (used.field >= fields.size()) {
      result.findings[i].rejects.add(Reject::missing, row + 1);
      continue;
    }
    if (!cells_.read(used.type, fields[used.field], row + 1, result.findings[i], result.phones,
                     cell_))
      continue;
    for (const ValueHash& hash : cell_.hashes) result.cells[i].push_back({hash, row});
    record.record_id += mix64(cell_.identity + i);
    if (used.type == ColumnType::name && record.tag == 0) {
      record.tag = cell_.name.tag.packed();
      result.name_sums.push_back(cell_.name.sum);
      if (cell_.name.first != 0) result.name_pairs.push_back({cell_.name.first, cell_.name.last});
    }
    if (used.type == ColumnType::text) result.text_tags[text_slot] = cell_.text_tag;
  }
  if (shape_.canary_field && *shape_.canary_field < fields.size() &&
      !is_no(fields[*shape_.canary_field])) {
    record.tag |= kCanaryBit;
    ++result.canaries;
  }
  // One more step under the key: the sum of hashes that stand elsewhere in the file says nothing.
  record.record_id = siphash(key_->of(Key::Use::records),
                             {reinterpret_cast<const std::uint8_t*>(&record.record_id), 8});
  result.row_records.push_back(record);
}

}  // namespace outspan::fingerprint
