#include "cli/machine.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli/store_access.h"
#include "engine/version.h"
#include "exec/cgroup.h"
#include "exec/containment.h"
#include "exec/environment.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

/// The first line that a program prints; empty when it isn't there. The command is a constant.
std::string first_line_of(const char* command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command, "re"), pclose);
  std::array<char, 256> line{};
  if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) return {};
  return std::string(trim(line.data()));
}

Finding examine_version() {
  utsname names{};
  uname(&names);
  return {
      "hpopt", true, fmt::format("{}, on Linux {} {}", kVersion, names.release, names.machine), {}};
}

Finding examine_containment() {
  const auto containment = make_containment();
  const bool good = caveat(*containment).empty();
  Finding finding{
      "containment", good, fmt::format("{}: {}", containment->name(), containment->explain()), {}};
  if (!good) {
    finding.mend =
        "run in a cgroup of your own (systemd-run --user --scope hpopt run ...), or as root, or "
        "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
        "kernel.apparmor_restrict_unprivileged_userns=0)";
  }
  return finding;
}

/// As a run would begin; it is gone again at once. What access() says of /proc and of read-only
/// mounts is not to be relied on.
bool takes_folder(const std::filesystem::path& existing) {
  std::string pattern = (existing / ".hpopt-doctor-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return false;
  rmdir(pattern.c_str());
  return true;
}

/// The nearest folder above that exists decides whether a missing one can be made.
Finding examine_store(const std::string& locator) {
  namespace fs = std::filesystem;
  const std::string directory = store_directory(locator);
  fs::path existing = directory;
  std::error_code failure;
  while (!fs::exists(existing, failure) && existing.has_parent_path() &&
         existing != existing.parent_path()) {
    existing = existing.parent_path();
  }
  if (!takes_folder(existing)) {
    return {"store", false,
            fmt::format("{} cannot be written: {}", existing.string(), std::strerror(errno)),
            "choose another place with --storage or HPOPT_STORAGE"};
  }
  for (const char* name : {"journal.db", "journal.db.lock"}) {
    const fs::path file = fs::path(directory) / name;
    if (!fs::exists(file, failure) || access(file.c_str(), W_OK) == 0) continue;
    return {"store", false, fmt::format("{} cannot be written", file.string()),
            "chmod u+w it, or choose another place with --storage or HPOPT_STORAGE"};
  }
  struct statvfs space {};
  double free_bytes = 0;
  if (statvfs(existing.c_str(), &space) == 0) {
    free_bytes = static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize);
  }
  const bool enough = free_bytes > kGiB;
  return {"store", enough,
          fmt::format("{} is writable, {:.1f} GiB free", directory, free_bytes / kGiB),
          enough ? "" : "checkpoints and logs need room: free some, or choose another place"};
}

/// A number of a file of /proc or /sys; none when there is none.
std::optional<double> number_in(const std::string& path, std::string_view before) {
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  const std::size_t at = text->find(before);
  if (at == std::string::npos) return std::nullopt;
  const std::string_view rest = trim(std::string_view(*text).substr(at + before.size()));
  return parse_number(rest.substr(0, rest.find_first_of(" \t\n")));
}

Finding examine_cpu() {
  const int cores = available_cores();
  Finding finding{"cpu", true, fmt::format("{} core{} to use", cores, cores == 1 ? "" : "s"), {}};
  const auto quota = number_in("/sys/fs/cgroup/cpu.max", "");
  const auto text = read_file("/sys/fs/cgroup/cpu.max");
  const auto period = quota && text ? parse_number(trim(std::string_view(*text).substr(
                                          std::min(text->find(' '), text->size()))))
                                    : std::nullopt;
  if (quota && period && *period > 0 && *quota / *period < cores) {
    finding.good = false;
    finding.text += fmt::format(", but a cgroup allows only {:.1f}", *quota / *period);
    finding.mend = fmt::format("give --workers {:.0f}", std::max(1.0, *quota / *period));
  }
  return finding;
}

Finding examine_memory() {
  constexpr double kKiB = 1024;
  const auto total = number_in("/proc/meminfo", "MemTotal:");
  const auto free = number_in("/proc/meminfo", "MemAvailable:");
  if (!total || !free) return {"memory", false, "unknown: /proc is not mounted", "mount /proc"};
  const bool enough = *free * kKiB > kGiB;
  return {"memory", enough,
          fmt::format("{:.1f} GiB, {:.1f} GiB of it available", *total * kKiB / kGiB,
                      *free * kKiB / kGiB),
          enough ? "" : "fewer workers at a time need less: --workers 1"};
}

Finding examine_cgroups() {
  const auto home = own_cgroup();
  if (!home) return {"cgroups", true, fmt::format("{}: not needed", home.error().message()), {}};
  const bool writable = access(home->c_str(), W_OK) == 0;
  return {"cgroups",
          true,
          fmt::format("version 2, {} is {}", *home, writable ? "ours" : "not ours: not needed"),
          {}};
}

Finding examine_program(const char* subject, const char* command, const char* without) {
  const std::string line = first_line_of(command);
  if (!line.empty()) return {subject, true, line, {}};
  return {subject, true, without, {}};
}

}  // namespace

std::vector<Finding> examine_machine(const std::string& locator) {
  return {examine_version(),
          examine_containment(),
          examine_store(locator),
          examine_cpu(),
          examine_memory(),
          examine_cgroups(),
          examine_program("git", "git --version 2>/dev/null",
                          "none: commits are not recorded with the trials"),
          examine_program("python", "python3 --version 2>/dev/null",
                          "none: only needed by Python trainers")};
}

}  // namespace hpopt
