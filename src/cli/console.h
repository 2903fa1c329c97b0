// Console: the places that a command writes to, and how they look.
#pragma once

#include <string>
#include <string_view>

#include "cli/display.h"

namespace hpopt {

struct Console {
  bool out_terminal = false;
  bool err_terminal = false;
  bool in_terminal = false;
  bool redraws = false;  ///< The terminal can move its cursor (TERM is not "dumb").
  Look out_look;
  Look err_look;

  void out(std::string_view text) const;
  void err(std::string_view text) const;
};

/// Of this process. Colours: on a terminal, unless `no_color`, NO_COLOR or TERM=dumb say no.
[[nodiscard]] Console make_console(bool no_color);

/// The columns of the terminal behind a descriptor now; `fallback` when there is none.
[[nodiscard]] int terminal_width(int fd, int fallback);

/// Of "error", "warning": "hpopt: error: ...", a line for the error output; and written to it.
[[nodiscard]] std::string complaint(const Console& console, std::string_view kind,
                                    std::string_view text);
void complain(const Console& console, std::string_view kind, std::string_view text);

}  // namespace hpopt
