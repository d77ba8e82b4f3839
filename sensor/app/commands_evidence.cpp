#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "alert/format/json_writer.h"
#include "app/commands.h"
#include "app/event_query.h"
#include "app/problems.h"
#include "core/file_descriptor.h"
#include "evidence/folder.h"
#include "evidence/opening.h"

/// `outspan evidence`: what a sensor wrote and cannot read.
namespace outspan::app {
namespace {

std::string json_of(const evidence::StoredFile& file, const std::string& sha256) {
  alert::JsonWriter json;
  json.begin_object();
  json.field("file", file.name);
  json.field("incident_id", file.incident_id);
  json.field("mode", file.is_object ? "object" : "packets");
  json.field("opened", to_rfc3339(file.opened));
  json.field("written", to_rfc3339(file.written));
  json.field("bytes", file.bytes);
  json.field("sha256", sha256);
  json.end_object();
  return json.text();
}

std::string text_of(const evidence::StoredFile& file, const std::string& sha256) {
  return fmt::format("{}  {}  {:>9}  {}  {}", to_rfc3339(file.opened).substr(0, 19),
                     file.incident_id, file.bytes, sha256, file.name);
}

/// At a terminal, without showing it.
std::string ask_at_terminal() {
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  termios before{};
  if (!terminal || ::tcgetattr(terminal.get(), &before) != 0) return {};
  termios quiet = before;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(terminal.get(), TCSAFLUSH, &quiet);
  std::fprintf(stderr, "Passphrase of the key: ");
  std::string text;
  for (char c = 0; ::read(terminal.get(), &c, 1) == 1 && c != '\n';) text += c;
  ::tcsetattr(terminal.get(), TCSAFLUSH, &before);
  std::fprintf(stderr, "\n");
  return text;
}

/// The first line of a file.
std::string first_line(const std::string& path) {
  std::string text;
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return text;
  for (int c = 0; (c = std::fgetc(file)) != EOF && c != '\n';) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

std::string write_new(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const FileDescriptor made(
      path == "-" ? ::dup(STDOUT_FILENO)
                  : ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made) return std::string("cannot be created: ") + std::strerror(errno);
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t written = ::write(made.get(), bytes.data() + at, bytes.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      std::string problem = std::string("cannot be written: ") + std::strerror(errno);
      if (path != "-") ::unlink(path.c_str());  // half of it is of no use
      return problem;
    }
    at += static_cast<std::size_t>(written);
  }
  return {};
}

}  // namespace

int evidence_list(const EvidenceOptions& options) {
  const auto config = configuration_of(options.config_file);
  if (!config) return print_problems(config.problems()), exit_status::kUsage;
  const std::string folder = options.folder.empty() ? evidence_folder_of(*config) : options.folder;
  if (folder.empty()) {
    print_problems({{"evidence", "which folder? Give it, or a configuration with -c"}});
    return exit_status::kUsage;
  }
  const auto files = evidence::list_folder(folder);
  if (!files) return print_problems(files.problems()), exit_status::kUsage;
  Problems unread;
  for (const evidence::StoredFile& file : *files) {
    const auto sha256 = evidence::file_sha256(folder + "/" + file.name);
    if (!sha256) unread.push_back(sha256.problems().front());
    const std::string hash = sha256.ok() ? sha256.value() : "";
    std::printf("%s\n", (options.json ? json_of(file, hash) : text_of(file, hash)).c_str());
  }
  print_problems(unread);
  return unread.empty() ? exit_status::kEnd : exit_status::kIncomplete;
}

int evidence_decrypt(const EvidenceOptions& options) {
  if (options.output == "-" && isatty(STDOUT_FILENO) == 1) {
    print_problems({{"evidence decrypt", "what comes out is no text: name a file with -o"}});
    return exit_status::kUsage;
  }
  const auto ask = [&options] {
    return options.passphrase_file.empty() ? ask_at_terminal()
                                           : first_line(options.passphrase_file);
  };
  const auto clear = evidence::open_sealed(options.file, options.key_file, ask);
  if (!clear) return print_problems(clear.problems()), exit_status::kUsage;
  const std::string problem = write_new(options.output, *clear);
  if (problem.empty()) return exit_status::kEnd;
  print_problems({{options.output, problem}});
  return exit_status::kFatal;
}

}  // namespace outspan::app
