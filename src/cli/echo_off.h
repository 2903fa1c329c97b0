// EchoOff: keys that are typed while a block is redrawn must not be shown in the middle of it.
#pragma once

#include <memory>

namespace hpopt {

/// While it lives, the terminal at the standard input echoes nothing; keys that make signals
/// (Ctrl-C, Ctrl-Z) still do. The terminal is as it was afterwards, also when a fatal signal ends
/// the process. One at a time.
class EchoOff {
 public:
  EchoOff();
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  ~EchoOff();

 private:
  struct Before;
  std::unique_ptr<Before> before_;  ///< Null: there is no terminal of ours.
};

}  // namespace hpopt
