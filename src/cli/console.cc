#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr int kPipeWidth = 1000;  // nothing is cut on its way to a file

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The first of these that is set decides, as POSIX has it.
bool speaks_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = environment(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

void write_all(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

int terminal_width(int fd, int fallback) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto columns = parse_integer(environment("COLUMNS"));
  return columns && *columns > 0 && *columns < 10'000 ? static_cast<int>(*columns) : fallback;
}

Console make_console(bool no_color) {
  Console console;
  console.out_terminal = isatty(STDOUT_FILENO) == 1;
  console.err_terminal = isatty(STDERR_FILENO) == 1;
  console.in_terminal = isatty(STDIN_FILENO) == 1;
  const std::string term = environment("TERM");
  console.redraws = !term.empty() && term != "dumb";
  const bool color = !no_color && environment("NO_COLOR").empty() && console.redraws;
  const auto look = [&](int fd, bool terminal) {
    return Look{.width = terminal ? terminal_width(fd, 80) : kPipeWidth,
                .color = color && terminal,
                .unicode = speaks_unicode()};
  };
  console.out_look = look(STDOUT_FILENO, console.out_terminal);
  console.err_look = look(STDERR_FILENO, console.err_terminal);
  return console;
}

void Console::out(std::string_view text) const { write_all(stdout, text); }
void Console::err(std::string_view text) const { write_all(stderr, text); }

std::string complaint(const Console& console, std::string_view kind, std::string_view text) {
  const Ink ink = kind == "error" ? Ink::kRed : Ink::kYellow;
  return fmt::format("hpopt: {} {}\n", paint(fmt::format("{}:", kind), ink, console.err_look),
                     text);
}

void complain(const Console& console, std::string_view kind, std::string_view text) {
  console.err(complaint(console, kind, text));
}

}  // namespace hpopt
