#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "app/commands.h"
#include "app/problems.h"
#include "app/trace_columns.h"
#include "core/file_descriptor.h"
#include "core/program.h"
#include "fingerprint/index/index.h"
#include "report/line_reader.h"
#include "report/trace.h"

/// `outspan trace`: an index of the table, a replay with it, and what its events say, in one.
namespace outspan::app {
namespace {

/// A folder for the index, its key and the events, which nobody else can read. Gone with its owner.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code ignored;
    std::string name = (std::filesystem::temp_directory_path(ignored) / "outspan-trace-XXXXXX");
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  [[nodiscard]] bool made() const noexcept { return !path_.empty(); }
  [[nodiscard]] std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Reads the table in a process of its own, as `fingerprint build` does. Returns its exit status.
int build_index(const TraceOptions& options, const PrivateFolder& folder) {
  const std::string program = find_program("outspan-fingerprint");
  std::vector<std::string> words{"outspan",    "fingerprint", "build", options.table, "-q", "-o",
                                 folder / "i", "--new-key",   "--key", folder / "k"};
  for (const std::string& column : options.columns) words.insert(words.end(), {"--column", column});
  for (const std::string& country : options.countries)
    words.insert(words.end(), {"--default-country", country});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = program.empty() ? -1 : fork();
  if (child == 0) {
    execv(program.c_str(), arguments.data());
    _exit(exit_status::kFatal);
  }
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child > 0 && WIFEXITED(status)) return WEXITSTATUS(status);
  print_problems({{"outspan-fingerprint", "cannot be run"}});
  return exit_status::kFatal;
}

/// The columns of the first line, if the command line named none.
Problems find_columns(TraceOptions& options) {
  if (!options.columns.empty()) return {};
  if (options.table == "-") return {{"--column", "is needed with a table on standard input"}};
  std::string header(64 << 10, '\0');
  const FileDescriptor file(open(options.table.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t size = file ? read(file.get(), header.data(), header.size()) : -1;
  if (size < 0) return {{options.table, std::string("cannot be read: ") + std::strerror(errno)}};
  header.resize(static_cast<std::size_t>(size));
  options.columns = guess_columns(header);
  if (!options.columns.empty()) return {};
  return {{options.table,
           "its first line names no column of e-mail addresses, phone numbers, tickets or names; "
           "say which with --column HEADER:TYPE"}};
}

int read_trace(const std::string& events, report::Trace& trace) {
  const FileDescriptor file(open(events.c_str(), O_RDONLY | O_CLOEXEC));
  if (file && report::read_lines(file.get(), [&trace](std::string_view line) {
                trace.add(line);
              }).error == 0)
    return exit_status::kEnd;
  print_problems({{events, "cannot be read"}});
  return exit_status::kFatal;
}

}  // namespace

int trace(TraceOptions options, RunOptions run) {
  if (const Problems problems = find_columns(options); !problems.empty())
    return print_problems(problems), exit_status::kUsage;
  const PrivateFolder folder;
  if (!folder.made())
    return print_problems({{"trace", "no folder can be made for temporary files (TMPDIR)"}}),
           exit_status::kFatal;
  if (const int built = build_index(options, folder); built != exit_status::kEnd) return built;
  const auto header = fingerprint::read_header(folder / "i");
  if (!header) return print_problems(header.problems()), exit_status::kFatal;
  run.fingerprints = {folder / "i"};
  run.keys = {folder / "k"};
  run.output = folder / "events";
  run.format = "json";
  run.events = "record,ledger";
  if (run.directions.empty()) run.directions = "all";
  const int replayed = replay(run);
  if (replayed == exit_status::kUsage || replayed == exit_status::kFatal) return replayed;
  report::Trace trace(header->rows);
  trace.set_complete(replayed == exit_status::kEnd);
  if (const int read = read_trace(folder / "events", trace); read != exit_status::kEnd) return read;
  const std::string text = options.json ? trace.json() : trace.text();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return exit_status::kFatal;
  return replayed;
}

}  // namespace outspan::app
