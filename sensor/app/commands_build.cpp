#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <thread>

#include "app/commands.h"
#include "app/fingerprint_options.h"
#include "app/problems.h"
#include "core/handle.h"
#include "fingerprint/build/builder.h"
#include "fingerprint/build/cell_reader.h"
#include "fingerprint/build/report_text.h"
#include "fingerprint/index/index.h"

namespace outspan::app {
namespace {

using fingerprint::BuildOptions;

/// The time that the index tells as its own. Reproducible builds set SOURCE_DATE_EPOCH.
std::int64_t build_time() {
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) return std::atoll(epoch);
  return static_cast<std::int64_t>(std::time(nullptr));
}

Result<BuildOptions> build_options(const FingerprintOptions& given) {
  BuildOptions options;
  Problems problems;
  for (const std::string& column : given.columns) {
    const std::size_t colon = column.rfind(':');
    const auto type = fingerprint::column_type(colon == std::string::npos
                                                   ? std::string_view()
                                                   : std::string_view(column).substr(colon + 1));
    if (colon == 0 || !type)
      problems.push_back({"--column", "'" + column +
                                          "' is not HEADER:TYPE, TYPE being email, phone, ticket, "
                                          "name or text"});
    else
      options.columns.push_back({column.substr(0, colon), *type});
  }
  if (given.separator == "tab" || given.separator == "\\t")
    options.separator = '\t';
  else if (given.separator.size() == 1 && given.separator != "\"" && given.separator != "\n")
    options.separator = given.separator[0];
  else if (!given.separator.empty())
    problems.push_back({"--separator", "must be one character, or 'tab'"});
  options.countries = given.countries;
  options.ticket_formats = given.ticket_formats;
  options.canary_header = given.canary_column;
  options.built_at_s = build_time();
  options.threads =
      given.threads != 0 ? given.threads : std::max(1u, std::thread::hardware_concurrency());
  if (!problems.empty()) return problems;
  return options;
}

/// The source and how much of it there is.
class Source {
 public:
  explicit Source(const std::string& path) : name_(path == "-" ? "standard input" : path) {
    file_ = path == "-" ? stdin : std::fopen(path.c_str(), "rbe");
    struct stat status {};
    if (file_ != nullptr && fstat(fileno(file_), &status) == 0 && S_ISREG(status.st_mode))
      bytes_ = static_cast<std::uint64_t>(status.st_size);
    else if (file_ == nullptr)
      problem_ = std::strerror(errno);
  }
  ~Source() {
    if (file_ != nullptr && file_ != stdin) std::fclose(file_);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// 0: not known.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// What was wrong with opening or reading it.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  std::size_t read(std::span<char> out) {
    const std::size_t size = std::fread(out.data(), 1, out.size(), file_);
    if (size == 0 && std::ferror(file_) != 0) problem_ = std::strerror(errno);
    return size;
  }

 private:
  std::string name_;
  std::FILE* file_ = nullptr;
  std::uint64_t bytes_ = 0;
  std::string problem_;
};

/// A line on standard error, on a terminal only.
class BuildLine {
 public:
  BuildLine(std::uint64_t total, bool wanted)
      : total_(total), wanted_(wanted && isatty(STDERR_FILENO) == 1) {}
  ~BuildLine() {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }
  void show(const fingerprint::BuildProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!wanted_ || now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    shown_ = true;
    const double mib = static_cast<double>(progress.source_bytes) / (1 << 20);
    const double share =
        total_ == 0 ? 0 : static_cast<double>(progress.source_bytes) / static_cast<double>(total_);
    char bar[21] = "....................";
    for (int i = 0; i < 20; ++i)
      if (i < share * 20) bar[i] = '#';
    if (total_ != 0)
      std::fprintf(stderr, "\r%s [%s] %3.0f %%, %llu rows, %.0f MiB\033[K", progress.stage, bar,
                   100 * share, static_cast<unsigned long long>(progress.rows), mib);
    else
      std::fprintf(stderr, "\r%s %llu rows, %.0f MiB\033[K", progress.stage,
                   static_cast<unsigned long long>(progress.rows), mib);
  }

 private:
  std::uint64_t total_;
  bool wanted_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

int build(const FingerprintOptions& given, const BuildOptions& options,
          const fingerprint::KeyPtr& key) {
  Source source(given.source);
  if (!source.problem().empty())
    return print_problems({{source.name(), "cannot be read: " + source.problem()}}),
           exit_status::kUsage;
  Result<fingerprint::BuildReport> report = Problem{};
  {
    BuildLine line(source.bytes(), !given.quiet);
    report = fingerprint::build_index(
        source.name(), [&source](std::span<char> out) { return source.read(out); }, given.index,
        key, options, [&line](const fingerprint::BuildProgress& progress) { line.show(progress); });
  }
  if (!source.problem().empty())
    return print_problems({{source.name(), "cannot be read: " + source.problem()}}),
           exit_status::kFatal;
  if (!report) return print_problems(report.problems()), exit_status::kUsage;
  if (!given.quiet) {
    std::fputs(fingerprint::report_text(*report, given.index).c_str(), stdout);
    std::printf("key id %s\n", fingerprint::to_hex(key->id()).c_str());
  }
  return exit_status::kEnd;
}

/// A value, without showing it on a terminal and without a trace in the shell's history.
std::string ask_value() {
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    std::fprintf(stderr, "value (is not shown): ");
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string value;
  std::getline(std::cin, value);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::fputc('\n', stderr);
  }
  return value;
}

std::vector<fingerprint::TicketFormat> formats_of(const fingerprint::Column& column) {
  std::vector<fingerprint::TicketFormat> formats;
  for (const std::string& text : column.formats)
    if (auto format = fingerprint::TicketFormat::parse("", text))
      formats.push_back(std::move(*format));
  return formats;
}

/// The rows with `value` in a column, one line; false: there are none.
bool print_rows(const fingerprint::Index& index, std::size_t i, const fingerprint::KeyPtr& key,
                const std::string& value) {
  const fingerprint::Column& column = index.columns()[i];
  fingerprint::CellReader reader(key, {index.header().countries, formats_of(column)});
  fingerprint::ColumnFindings findings;
  fingerprint::PhonePlan phones;
  fingerprint::Cell cell;
  if (!reader.read(column.type, value, 1, findings, phones, cell)) return false;
  bool found = false;
  for (const fingerprint::ValueHash& hash : cell.hashes) {
    const fingerprint::RowList rows = index.table(i).find(hash);
    for (const fingerprint::RowNumber number : rows) {
      const fingerprint::RowRecord row = index.row(number);
      std::printf("%s: row %llu, record %016llx%s\n", column.name.c_str(),
                  static_cast<unsigned long long>(number) + 1,
                  static_cast<unsigned long long>(row.record_id), row.canary ? ", a canary" : "");
    }
    found = found || !rows.empty();
    if (found) break;  // the address itself, or else its mailbox
  }
  return found;
}

}  // namespace

int fingerprint_build(const FingerprintOptions& given) {
  auto options = build_options(given);
  if (!options) return print_problems(options.problems()), exit_status::kUsage;
  auto key =
      given.new_key ? fingerprint::Key::create(given.key) : fingerprint::Key::load(given.key);
  if (!key) return print_problems(key.problems()), exit_status::kUsage;
  const int status = build(given, *options, *key);
  // A key that nothing was built with would only be in the way of the next attempt.
  if (status != exit_status::kEnd && given.new_key) unlink(given.key.c_str());
  return status;
}

int fingerprint_update(const FingerprintOptions& given) {
  auto key = fingerprint::Key::load(given.key);
  if (!key) return print_problems(key.problems()), exit_status::kUsage;
  auto options = build_options(given);
  if (!options) return print_problems(options.problems()), exit_status::kUsage;
  const auto old = fingerprint::read_header(given.index);
  if (!old) return print_problems(old.problems()), exit_status::kUsage;
  if (old->key_id != (*key)->id())
    return print_problems(
               {{given.key, "is not the key of this index (" + fingerprint::to_hex(old->key_id) +
                                "); a new index with another key is made by 'build'"}}),
           exit_status::kUsage;
  for (const fingerprint::Column& column : old->columns)
    options->columns.push_back({column.header, column.type});
  if (options->countries.empty()) options->countries = old->countries;
  options->canary_header = old->canary_header;
  if (options->ticket_formats.empty())
    for (const fingerprint::Column& column : old->columns)
      if (column.formats_given) options->ticket_formats = column.formats;
  if (!given.allow_shrink) options->previous_rows = old->rows;
  return build(given, *options, *key);
}

int fingerprint_lookup(const FingerprintOptions& given) {
  auto key = fingerprint::Key::load(given.key);
  if (!key) return print_problems(key.problems()), exit_status::kUsage;
  const auto index = fingerprint::Index::load(given.index, *key);
  if (!index) return print_problems(index.problems()), exit_status::kUsage;
  bool known = given.column.empty();
  for (const fingerprint::Column& column : (*index)->columns())
    known = known || (column.name == given.column && fingerprint::is_seed(column.type));
  if (!known)
    return print_problems({{"--column", "'" + given.column +
                                            "' is no column of this index that can be looked up"}}),
           exit_status::kUsage;
  const std::string value = ask_value();
  bool found = false;
  for (std::size_t i = 0; i < (*index)->columns().size(); ++i) {
    const fingerprint::Column& column = (*index)->columns()[i];
    if (!fingerprint::is_seed(column.type)) continue;
    if (!given.column.empty() && column.name != given.column) continue;
    found = print_rows(**index, i, *key, value) || found;
  }
  if (!found) std::printf("not in the index\n");
  return found ? exit_status::kEnd : exit_status::kIncomplete;
}

}  // namespace outspan::app
