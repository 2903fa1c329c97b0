// Screens: how `hpopt run` shows itself while it runs.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "cli/console.h"
#include "cli/echo_off.h"
#include "cli/outlet.h"
#include "engine/observer.h"

namespace hpopt {

class Screen : public RunObserver {
 public:
  /// A line that must not be lost, above what is redrawn.
  virtual void say(std::string_view line) = 0;
  /// Takes away what is redrawn: the answer follows.
  virtual void close() = 0;
};

/// Where a screen writes, and how that place looks now: terminals change their size.
struct Canvas {
  std::function<bool(std::string_view)> write;  ///< false: it took nothing of it.
  std::function<Look()> look;
  std::function<int()> height;
};

/// A block of lines that is redrawn in place, about five times a second.
/// `echo_off`, if any, is given up when it closes.
[[nodiscard]] std::unique_ptr<Screen> make_live_screen(Canvas canvas,
                                                       std::unique_ptr<EchoOff> echo_off = {});
/// One line an event that is worth reading.
[[nodiscard]] std::unique_ptr<Screen> make_plain_screen(Canvas canvas);
/// Nothing at all, not even what is said.
[[nodiscard]] std::unique_ptr<Screen> make_silent_screen();

/// The one that fits: silent when quiet; on the error output when the answer is JSON; live where
/// the output is a terminal that can. `outlet` is that output, and outlives the screen.
[[nodiscard]] std::unique_ptr<Screen> make_screen(const Console& console, Outlet& outlet,
                                                  bool quiet, bool json);

}  // namespace hpopt
