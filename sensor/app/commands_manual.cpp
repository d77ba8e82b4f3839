#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/commands.h"
#include "app/completion.h"
#include "app/manual.h"

namespace outspan::app {
namespace {

bool write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (file.flush()) return true;
  std::fprintf(stderr, "outspan: %s cannot be written\n", path.c_str());
  return false;
}

bool write_pages(const CommandEntry& command, const CommandEntry* above, const std::string& version,
                 const std::filesystem::path& folder) {
  bool good =
      write_file(folder / (manual_name(command) + ".1"), manual_page(command, above, version));
  for (const CommandEntry& below : command.commands)
    good = write_pages(below, &command, version, folder) && good;
  return good;
}

}  // namespace

int manual(const CommandEntry& program, const std::string& version, const std::string& to) {
  const std::filesystem::path folder(to);
  std::error_code problem;
  for (const char* part : {"man1", "bash", "zsh"})
    std::filesystem::create_directories(folder / part, problem);
  const bool good = write_pages(program, nullptr, version, folder / "man1") &&
                    write_file(folder / "bash" / "outspan", bash_completion(program)) &&
                    write_file(folder / "zsh" / "_outspan", zsh_completion(program));
  return good ? exit_status::kEnd : exit_status::kFatal;
}

}  // namespace outspan::app
