// Presence: the name under which a session is at work, and whether the session of a name still is.
//
//   Presence here;
//   Presence::is_at_work(here.name());  // true, on this machine, until `here` or its process is
//   gone
//
// Threads: any.
#pragma once

#include <string>

namespace hpopt {

class Presence {
 public:
  Presence();
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  /// "host/boot-id/pid/start-time#nonce"; see study/holder.h.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Known to be at work. false also where nothing is known: it ran elsewhere, or an older hpopt
  /// gave it no name.
  [[nodiscard]] static bool is_at_work(const std::string& name);

 private:
  std::string name_;
};

}  // namespace hpopt
