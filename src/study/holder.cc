#include "study/holder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::size_t kHolderParts = 4;

std::string own_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string own_boot() {
  const auto boot = read_file("/proc/sys/kernel/random/boot_id");
  return boot ? std::string(trim(*boot)) : "unknown";
}

/// The PID namespace in which the process numbers count.
std::string own_namespace() {
  struct stat space {};
  const bool known = ::stat("/proc/self/ns/pid", &space) == 0;
  return std::to_string(known ? space.st_ino : 0);
}

/// When the process started, in ticks since the boot; none: it is gone, or only its zombie is left.
/// The name in parentheses may hold blanks and parentheses, so the fields count from the last ")".
std::optional<std::string> start_time(const std::string& pid) {
  constexpr std::size_t kState = 0;       // field 3 of proc(5), the first after the name
  constexpr std::size_t kStartTime = 19;  // field 22
  const auto stat = read_file("/proc/" + pid + "/stat");
  if (!stat) return std::nullopt;
  const std::size_t name_end = stat->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const std::vector<std::string> fields = split(trim(stat->substr(name_end + 1)), ' ');
  if (fields.size() <= kStartTime) return std::nullopt;
  if (fields[kState] == "Z" || fields[kState] == "X") return std::nullopt;
  return fields[kStartTime];
}

enum class Vitality : std::uint8_t { kAlive, kDead, kUnknown };

Vitality vitality(const std::string& holder) {
  const std::vector<std::string> parts = split(holder, '/');
  if (parts.size() != kHolderParts) return Vitality::kUnknown;
  if (parts[0] != own_host()) return Vitality::kUnknown;
  const std::size_t dash = parts[1].rfind('-');
  if (parts[1].substr(0, dash) != own_boot()) return Vitality::kDead;  // before a reboot
  if (dash == std::string::npos || parts[1].substr(dash + 1) != own_namespace()) {
    return Vitality::kUnknown;
  }
  return start_time(parts[2]) == parts[3] ? Vitality::kAlive : Vitality::kDead;
}

}  // namespace

std::string holder_id() {
  const std::string pid = std::to_string(getpid());
  return fmt::format("{}/{}-{}/{}/{}", own_host(), own_boot(), own_namespace(), pid,
                     start_time(pid).value_or("0"));
}

bool is_holder_dead(const std::string& holder) { return vitality(holder) == Vitality::kDead; }

bool is_holder_alive(const std::string& holder) { return vitality(holder) == Vitality::kAlive; }

std::string holder_process(const std::string& holder) {
  const std::vector<std::string> parts = split(holder, '/');
  if (parts.size() != kHolderParts) return holder;
  return fmt::format("{} on {}", parts[2], parts[0]);
}

}  // namespace hpopt
