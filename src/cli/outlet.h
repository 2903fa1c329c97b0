// Outlet: where a run writes while its time goes by. A pipe that nobody reads, or a terminal that
// was halted with Ctrl-S, must not hold the run: what it can't take is dropped.
//
//   Outlet out(STDOUT_FILENO);
//   out.offer("trial 1 starts\n");                            // never waits
//   out.deliver("best 0.9\n", std::chrono::milliseconds(500));
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace hpopt {

/// The descriptor stays the caller's, and stays blocking: other processes share it.
class Outlet {
 public:
  explicit Outlet(int fd);

  /// Takes the text whole, or drops it (false) because what was taken before is still on its way.
  bool offer(std::string_view text);
  /// Takes the text in any case and waits up to `patience` until it is written.
  void deliver(std::string_view text, std::chrono::milliseconds patience);

 private:
  /// Writes what is on its way until there is no room for so long.
  void push(std::chrono::milliseconds patience);
  bool wait_for_room(std::chrono::milliseconds patience);

  int fd_;
  std::size_t piece_;
  std::string on_its_way_;
  bool broken_ = false;  ///< Nothing will ever be read from it.
};

}  // namespace hpopt
