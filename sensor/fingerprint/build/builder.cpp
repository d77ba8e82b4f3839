#include "fingerprint/build/builder.h"

#include <unicode/uvernum.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "core/byte_writer.h"
#include "core/hash.h"
#include "fingerprint/build/densities.h"
#include "fingerprint/build/first_line.h"
#include "fingerprint/build/index_file.h"
#include "fingerprint/build/ordered_workers.h"
#include "fingerprint/build/piece_reader.h"

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

/// Rows behind one another in the file, masked.
void write_rows(IndexFile& file, const Key& key, std::uint64_t base, const PieceResult& piece,
                std::size_t texts, std::vector<std::uint8_t>& bytes) {
  bytes.clear();
  const auto put = [&bytes](std::uint64_t value, std::size_t size) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), data, data + size);
  };
  for (std::size_t i = 0; i < piece.row_records.size(); ++i) {
    const auto row = static_cast<RowNumber>(base + i);
    put(piece.row_records[i].tag ^ row_mask(key, row, 0), 8);
    put(piece.row_records[i].record_id, 8);
    for (std::size_t text = 0; text < texts; ++text)
      put(piece.text_tags[i * texts + text] ^
              row_mask(key, row, static_cast<std::uint32_t>(1 + text / 2)) >> (text % 2 * 32),
          4);
  }
  file.write(bytes);
}

/// Rows whose texts are compared with each other: enough to know how often two are the same.
constexpr std::uint64_t kTextRowsCompared = std::uint64_t{1} << 20;

/// The build itself, once the first line is understood.
class Build {
 public:
  Build(const std::string& path, KeyPtr key, const BuildOptions& options, SourceShape shape,
        std::vector<TicketFormat> formats)
      : key_(std::move(key)),
        options_(options),
        shape_(std::move(shape)),
        formats_(std::move(formats)),
        file_(path),
        stores_(shape_.columns.size()),
        findings_(shape_.columns.size()) {
    for (const auto& used : shape_.columns) texts_ += used.type == ColumnType::text ? 1u : 0u;
    file_.begin_section(SectionKind::rows);
  }

  std::optional<Problem> add(PieceResult&& piece) {
    if (piece.problem) return piece.problem;
    if (rows_ + piece.rows > 0xffffffffu)
      return Problem{"", "an index holds at most 4,294,967,295 rows"};
    write_rows(file_, *key_, rows_, piece, texts_, row_bytes_);
    if (file_.failed()) return file_.problem();
    for (std::size_t i = 0; i < stores_.size(); ++i) {
      for (const CellEntry& cell : piece.cells[i])
        stores_[i].add(cell.hash, static_cast<RowNumber>(rows_ + cell.row));
      findings_[i].append(piece.findings[i], rows_);
    }
    names_.insert(names_.end(), piece.name_sums.begin(), piece.name_sums.end());
    name_statistics_.add(piece.name_pairs);
    if (rows_ < kTextRowsCompared)
      text_tags_.insert(text_tags_.end(), piece.text_tags.begin(), piece.text_tags.end());
    phones_.merge(piece.phones);
    rows_ += piece.rows;
    canaries_ += piece.canaries;
    source_bytes_ += piece.bytes;
    return std::nullopt;
  }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t source_bytes() const noexcept { return source_bytes_; }

  Result<BuildReport> finish(const std::string& source_name) {
    if (rows_ == 0) return Problem{source_name, "the source has no rows below its first line"};
    if (rows_ * 2 < options_.previous_rows)
      return Problem{source_name, "the source has " + std::to_string(rows_) +
                                      " rows, the index that it would replace " +
                                      std::to_string(options_.previous_rows) +
                                      ": is the export whole? (--allow-shrink says that it is)"};
    file_.end_section();
    BuildReport report;
    Header header;
    header.key_id = key_->id();
    header.built_at_s = options_.built_at_s;
    header.rows = rows_;
    header.canaries = canaries_;
    header.countries = options_.countries;
    header.libraries = "ICU " U_ICU_VERSION;
    header.canary_header = options_.canary_header;
    for (std::size_t i = 0; i < stores_.size(); ++i) {
      report.columns.push_back(finish_column(i));
      header.columns.push_back(report.columns.back().column);
    }
    name_columns(header, report);
    set_repeat_chances(header);
    write_names();
    name_statistics_.write(file_, key_->of(Key::Use::name), rows_);
    file_.begin_section(SectionKind::phones);
    file_.write(phones_.to_bytes());
    file_.end_section();
    write_densities(header);
    if (auto problem = file_.commit(header, *key_)) return *problem;
    report.rows = rows_;
    report.canaries = canaries_;
    report.source_bytes = source_bytes_;
    report.index_bytes = file_.bytes();
    return report;
  }

 private:
  BuildReport::ColumnReport finish_column(std::size_t i) {
    const ColumnFindings& found = findings_[i];
    BuildReport::ColumnReport report;
    report.usable = found.cells;
    report.empty = found.empty;
    report.rejects = found.rejects;
    Column& column = report.column;
    column.type = shape_.columns[i].type;
    column.header = options_.columns[i].header;
    column.cells = found.cells;
    column.unusual_characters = found.unusual_characters;
    if (is_looked_up(column.type)) {
      const bool name = column.type == ColumnType::name;
      const auto written =
          stores_[i].write(file_, static_cast<std::uint32_t>(i), options_.threads,
                           name ? CellStore::Common::without_rows : CellStore::Common::left_out);
      if (!name) column.cells = written.cells;
      column.distinct = written.distinct;
      column.home_lines = written.home_lines;
      if (written.common != 0) {
        for (const std::uint64_t row : written.common_rows)
          report.rejects.add(Reject::common_value, row);
        report.rejects.add_more(Reject::common_value, written.common - written.common_rows.size());
        report.usable -= std::min(report.usable, written.common);
      }
    }
    if (column.type == ColumnType::text && found.cells != 0) {
      column.size_min = found.size_min;
      column.size_max = found.size_max;
    }
    if (column.type == ColumnType::ticket) {
      const std::uint64_t before = report.rejects.total();
      report.formats = found.formats.choose(report.rejects);
      report.usable -= std::min(report.usable, report.rejects.total() - before);
      for (const auto& format : report.formats) column.formats.push_back(format.format);
      column.formats_given = !options_.ticket_formats.empty();
    }
    set_densities(column, found, report.formats);
    column.weak = is_weak(column);
    return report;
  }

  /// Tickets of one source mostly follow each other: beside them nobody else's are written alike.
  static bool is_weak(const Column& column) noexcept {
    if (!is_seed(column.type)) return true;
    return (column.type == ColumnType::phone ? column.own_density : column.density) > kWeakDensity;
  }

  /// Names and texts: how often two rows have the same.
  void set_repeat_chances(Header& header) {
    std::size_t text = 0;
    for (Column& column : header.columns) {
      if (column.type == ColumnType::name) column.own_density = repeat_chance(names_);
      if (column.type != ColumnType::text) continue;
      std::vector<std::uint32_t> tags;
      for (std::size_t i = text; i < text_tags_.size(); i += texts_)
        if (text_tags_[i] != 0) tags.push_back(text_tags_[i]);
      column.own_density = repeat_chance(tags);
      ++text;
    }
  }

  /// "email", and "email-2" for a second one.
  static void name_columns(Header& header, BuildReport& report) {
    std::array<std::size_t, kColumnTypes> counts{};
    for (std::size_t i = 0; i < header.columns.size(); ++i) {
      const ColumnType type = header.columns[i].type;
      const std::size_t count = ++counts[static_cast<std::size_t>(type)];
      std::string name(to_string(type));
      if (count > 1) name += "-" + std::to_string(count);
      header.columns[i].name = report.columns[i].column.name = name;
    }
  }

  void write_names() {
    if (names_.empty()) return;
    const std::uint64_t blocks = Filter::blocks_for(names_.size());
    std::vector<std::uint32_t> words(blocks * 8);
    const SipKey& name_key = key_->of(Key::Use::name);
    for (const std::uint64_t sum : names_)
      Filter::insert(words.data(), blocks, name_identity(name_key, sum));
    file_.begin_section(SectionKind::names);
    file_.write({reinterpret_cast<const std::uint8_t*>(words.data()), words.size() * 4});
    file_.end_section();
  }

  void write_densities(const Header& header) {
    ByteWriter out;
    for (const Column& column : header.columns)
      out.number(std::bit_cast<std::uint64_t>(column.own_density), 8);
    file_.begin_section(SectionKind::densities);
    file_.write(out.out());
    file_.end_section();
  }

  KeyPtr key_;
  const BuildOptions& options_;
  SourceShape shape_;
  std::vector<TicketFormat> formats_;
  IndexFile file_;
  std::vector<CellStore> stores_;
  std::vector<ColumnFindings> findings_;
  std::vector<std::uint64_t> names_;
  NameStatistics name_statistics_;
  std::vector<std::uint32_t> text_tags_;  // of the first rows
  PhonePlan phones_;
  std::vector<std::uint8_t> row_bytes_;
  std::size_t texts_ = 0;
  std::uint64_t rows_ = 0, canaries_ = 0, source_bytes_ = 0;
};

Problems check(const BuildOptions& options, std::vector<TicketFormat>& formats) {
  Problems problems;
  if (options.columns.empty())
    problems.push_back({"--column", "name at least one column, such as --column email:email"});
  if (options.columns.size() > kColumnsMax) problems.push_back({"--column", "at most 16 columns"});
  for (const std::string& country : options.countries)
    if (!PhoneSource::knows_country(country))
      problems.push_back({"--default-country", "'" + country +
                                                   "' is no ISO 3166 code of a country with a "
                                                   "numbering plan, such as US or GB"});
  for (const std::string& text : options.ticket_formats) {
    auto format = TicketFormat::parse("--ticket-format", text);
    if (format)
      formats.push_back(std::move(*format));
    else
      problems.push_back(format.problems().front());
  }
  return problems;
}

Problem relocated(const std::string& source_name, const Problem& problem) {
  return {source_name + ":" + problem.where, problem.what};
}

/// The first line is understood, and what of the first piece follows it.
struct Begun {
  SourceShape shape;
  CsvCutter::Piece piece;
};
Result<Begun> begin(const std::string& source_name, const BuildOptions& options,
                    const SourceText& text, CsvCutter& cutter) {
  auto first = cutter.next();
  if (!text.problem().empty()) return Problem{source_name, text.problem()};
  if (!first) return relocated(source_name, first.problems().front());
  if (!*first) return Problem{source_name, "the source is empty"};
  Begun begun;
  begun.piece = std::move(**first);
  auto line = read_first_line(source_name, options, begun.piece);
  if (!line) return line.problems();
  begun.shape = std::move(line->shape);
  std::string& rest = begun.piece.text;
  const auto end = rest.begin() + static_cast<std::ptrdiff_t>(line->bytes);
  begun.piece.line += static_cast<std::uint64_t>(std::count(rest.begin(), end, '\n'));
  rest.erase(rest.begin(), end);
  return begun;
}

}  // namespace

Result<BuildReport> build_index(const std::string& source_name, const ReadBytes& source,
                                const std::string& path, const KeyPtr& key,
                                const BuildOptions& options,
                                const std::function<void(const BuildProgress&)>& progress) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<TicketFormat> formats;
  if (Problems problems = check(options, formats); !problems.empty()) return problems;
  SourceText text(source);
  BuildOptions known = options;
  if (known.separator == '\0') known.separator = text.separator();
  CsvCutter cutter([&text](std::span<char> out) { return text.read(out); }, kPieceBytes,
                   known.separator, text.first_line());
  auto begun = begin(source_name, known, text, cutter);
  if (!begun) return begun.problems();
  const SourceShape& shape = begun->shape;
  Build build(path, key, options, shape, formats);
  CsvCutter::Piece piece = std::move(begun->piece);
  std::optional<Problem> problem;
  {
    OrderedWorkers<CsvCutter::Piece, PieceResult> workers(options.threads, [&] {
      auto reader = std::make_shared<PieceReader>(source_name, shape, key,
                                                  CellReader::Options{options.countries, formats});
      return [reader](const CsvCutter::Piece& one) { return reader->read(one); };
    });
    const auto take = [&](PieceResult&& result) {
      if (!problem) problem = build.add(std::move(result));
      progress({build.source_bytes(), build.rows(), "reading"});
    };
    while (!problem) {
      workers.give(std::move(piece), take);
      auto next = cutter.next();
      if (!next) problem = relocated(source_name, next.problems().front());
      if (!text.problem().empty()) problem = Problem{source_name, text.problem()};
      if (problem || !*next) break;
      piece = std::move(**next);
    }
    workers.finish(take);
  }
  if (problem) return *problem;
  progress({build.source_bytes(), build.rows(), "writing"});
  auto report = build.finish(source_name);
  if (report)
    report->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace outspan::fingerprint
