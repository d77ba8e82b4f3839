#include "core/terminal_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace outspan::terminal_line {
namespace {

std::mutex mutex;
std::string shown;

void erase() {
  if (!shown.empty()) std::fputs("\r\033[K", stderr);
}

void draw() {
  if (shown.empty()) return;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  const int columns = known ? size.ws_col - 1 : 79;
  std::fprintf(stderr, "\r\033[K%.*s", columns, shown.c_str());
  std::fflush(stderr);
}

}  // namespace

bool possible() noexcept {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

void show(std::string text) {
  const std::lock_guard lock(mutex);
  if (text.empty()) erase();
  shown = std::move(text);
  draw();
}

Aside::Aside() : lock_(mutex) { erase(); }

Aside::~Aside() { draw(); }

}  // namespace outspan::terminal_line
