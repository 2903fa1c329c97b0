// Holder: the identity of a process that holds a lease, and whether that process still lives.
#pragma once

#include <string>

namespace hpopt {

/// Of this process: "host/boot-id/pid/start-time". The boot id carries the PID namespace too, so
/// that two containers of one machine are not taken for one another.
[[nodiscard]] std::string holder_id();

/// Known to be gone: it ran on this host before the last boot, or in this PID namespace and its
/// process is no more, or another process has its number by now. Of a process elsewhere, or in
/// another container, nothing is known.
[[nodiscard]] bool is_holder_dead(const std::string& holder);
/// Known to live, by the same knowledge. Both are false for a process elsewhere.
[[nodiscard]] bool is_holder_alive(const std::string& holder);

/// For people: "4711 on alpha".
[[nodiscard]] std::string holder_process(const std::string& holder);

}  // namespace hpopt
