#include "exec/memory_use.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::uint64_t kKibi = 1024;
constexpr std::uint64_t kMostMeasured = std::uint64_t{4} << 30U;  // bytes of one set of processes
constexpr std::size_t kMostProcessesMeasured = 64;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The number behind a name at the beginning of a line: "MemAvailable:   12 kB", "inactive_file 7".
std::optional<std::uint64_t> number_after(const std::string& text, std::string_view name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    std::uint64_t number = 0;
    if (words >> word && word == name && words >> number) return number;
  }
  return std::nullopt;
}

/// Of a file that holds nothing else; none: "max", or there is no such file.
std::optional<std::uint64_t> number_in(const std::string& path) {
  const auto number = parse_integer(trim(text_of(path)));
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

/// Where the kernel's versions of cgroups keep the same things.
struct LimitFiles {
  std::string_view limit;
  std::string_view usage;
  std::string_view cache;  ///< Of memory.stat: what the kernel gives up when memory is short.
};
constexpr LimitFiles kFirstVersion{"memory.limit_in_bytes", "memory.usage_in_bytes",
                                   "total_inactive_file"};
constexpr LimitFiles kSecondVersion{"memory.max", "memory.current", "inactive_file"};

std::uint64_t left_in(const std::string& folder, const LimitFiles& files) {
  const auto limit = number_in(fmt::format("{}/{}", folder, files.limit));
  const auto usage = number_in(fmt::format("{}/{}", folder, files.usage));
  if (!limit || !usage) return kNoLimit;
  const auto cache = number_after(text_of(folder + "/memory.stat"), files.cache).value_or(0);
  const std::uint64_t needed = *usage - std::min(*usage, cache);
  return *limit - std::min(*limit, needed);
}

/// The least that a group or one above it leaves.
std::uint64_t left_along(std::filesystem::path root, const std::string& group,
                         const LimitFiles& files) {
  std::uint64_t left = left_in(root.string(), files);
  for (const std::string& name : split(group, '/')) {
    if (name.empty()) continue;
    root /= name;
    left = std::min(left, left_in(root.string(), files));
  }
  return left;
}

/// The lines of /proc/self/cgroup: "4:memory:/group", and "0::/group" of the second version.
std::uint64_t left_in_groups(const std::string& memberships, const std::string& cgroups) {
  std::uint64_t left = kNoLimit;
  std::istringstream lines(memberships);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers == "memory") {
      left = std::min(left, left_along(cgroups + "/memory", group, kFirstVersion));
    } else if (controllers.empty()) {
      left = std::min(left, left_along(cgroups, group, kSecondVersion));
      left = std::min(left, left_along(cgroups + "/unified", group, kSecondVersion));
    }
  }
  return left;
}

/// "size resident shared ...", in pages.
std::uint64_t quick_memory_of_one(pid_t process) {
  std::istringstream pages(text_of(fmt::format("/proc/{}/statm", process)));
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::uint64_t shared = 0;
  if (!(pages >> size >> resident >> shared)) return 0;
  return (resident - std::min(resident, shared)) * static_cast<std::uint64_t>(::getpagesize());
}

std::uint64_t memory_of_one(pid_t process) {
  const std::string rollup = text_of(fmt::format("/proc/{}/smaps_rollup", process));
  const std::uint64_t swapped = number_after(rollup, "SwapPss:").value_or(0);
  if (const auto share = number_after(rollup, "Pss:")) return (*share + swapped) * kKibi;
  return quick_memory_of_one(process);  // another user's
}

}  // namespace

std::uint64_t memory_of(const std::vector<pid_t>& processes) {
  std::uint64_t sum = 0;
  std::size_t measured = 0;
  for (const pid_t process : processes) {
    const bool quick = sum > kMostMeasured || ++measured > kMostProcessesMeasured ||
                       quick_memory_of_one(process) > kMostMeasured;
    sum += quick ? quick_memory_of_one(process) : memory_of_one(process);
  }
  return sum;
}

std::uint64_t quick_memory_of(const std::vector<pid_t>& processes) {
  std::uint64_t sum = 0;
  for (const pid_t process : processes) sum += quick_memory_of_one(process);
  return sum;
}

std::uint64_t available_memory() { return available_memory("/proc", "/sys/fs/cgroup"); }

std::uint64_t available_memory(const std::string& proc, const std::string& cgroups) {
  const auto machine = number_after(text_of(proc + "/meminfo"), "MemAvailable:");
  const std::uint64_t available = machine ? *machine * kKibi : kNoLimit;
  return std::min(available, left_in_groups(text_of(proc + "/self/cgroup"), cgroups));
}

}  // namespace hpopt
