#include "exec/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "base/files.h"

namespace hpopt {
namespace {

constexpr Nanos kFreezeLook = std::chrono::microseconds(200);

Error no_cgroup(const std::string& what, int error_number) {
  return {error_number == EEXIST ? Code::kConflict : Code::kUnavailable,
          error_number == 0
              ? what
              : fmt::format("{}: {}", what, std::generic_category().message(error_number)),
          {},
          {}};
}

/// Files of a cgroup are never made, so what is missing there is refused.
bool write_to(int folder, const char* file, std::string_view text) {
  const UniqueFd target(::openat(folder, file, O_WRONLY | O_CLOEXEC));
  return target &&
         ::write(target.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Of "populated 1\nfrozen 0\n".
bool tells(const std::string& path, std::string_view line) {
  const auto events = read_file(path + "/cgroup.events");
  return events && events->find(line) != std::string::npos;
}

std::vector<std::string> folders_below(const std::string& path) {
  std::vector<std::string> folders;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(path, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_directory(failed)) folders.push_back(entry->path().string());
  }
  return folders;
}

void collect(const std::string& path, std::vector<pid_t>& processes) {
  std::istringstream listed(read_file(path + "/cgroup.procs").value_or(""));
  for (pid_t process = 0; listed >> process;) {
    if (process > 0) processes.push_back(process);  // 0: it is in no namespace of ours
  }
  for (const std::string& below : folders_below(path)) collect(below, processes);
}

bool remove_folder(const std::string& path) {
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return true;
  for (const std::string& below : folders_below(path)) remove_folder(below);
  return ::rmdir(path.c_str()) == 0;
}

/// Where version 2 is mounted, and which of its folders is shown there.
struct Mount {
  std::string point;
  std::string root;
};

// "41 31 0:38 /root /mount/point rw,relatime shared:1 - cgroup2 cgroup2 rw"
Result<Mount> find_mount() {
  std::istringstream mounts(read_file("/proc/self/mountinfo").value_or(""));
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    std::istringstream fields(line);
    std::string skipped;
    Mount mount;
    fields >> skipped >> skipped >> skipped >> mount.root >> mount.point;
    return mount;
  }
  return no_cgroup("cgroups of version 2 are not mounted", 0);
}

}  // namespace

Result<Cgroup> Cgroup::make(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0) return no_cgroup("no cgroup can be made in " + path, errno);
  auto made = open(path);
  if (!made) ::rmdir(path.c_str());
  return made;
}

Result<Cgroup> Cgroup::open(const std::string& path) {
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return no_cgroup("the cgroup " + path + " can't be opened", errno);
  return Cgroup(path, std::move(folder));
}

Status Cgroup::take_in(pid_t process) {
  if (write_to(fd(), "cgroup.procs", std::to_string(process))) return success();
  return no_cgroup(fmt::format("process {} can't be moved to {}", process, path_), errno);
}

bool Cgroup::freeze(Nanos patience) {
  if (!write_to(fd(), "cgroup.freeze", "1")) return false;
  const SystemClock clock;
  const Nanos until = clock.monotonic() + patience;
  while (!tells(path_, "frozen 1")) {
    if (clock.monotonic() >= until) {
      errno = ETIMEDOUT;
      return false;
    }
    std::this_thread::sleep_for(kFreezeLook);
  }
  return true;
}

bool Cgroup::thaw() { return write_to(fd(), "cgroup.freeze", "0"); }

bool Cgroup::kill() { return write_to(fd(), "cgroup.kill", "1"); }

bool Cgroup::populated() const {
  const auto events = read_file(path_ + "/cgroup.events");
  if (!events) return events.error().code != Code::kNotFound;
  return events->find("populated 1") != std::string::npos;
}

std::vector<pid_t> Cgroup::processes() const {
  std::vector<pid_t> processes;
  collect(path_, processes);
  return processes;
}

bool Cgroup::remove() { return remove_folder(path_); }

Result<std::string> own_cgroup() {
  const auto mount = find_mount();
  if (!mount) return mount.error();
  std::istringstream memberships(read_file("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(memberships, line);) {
    if (!line.starts_with("0::")) continue;
    std::string path = line.substr(3);
    if (mount->root != "/" && (path + "/").starts_with(mount->root + "/")) {
      path.erase(0, mount->root.size());
    }
    if (path.find("/..") != std::string::npos) break;  // outside of what is shown to us
    return mount->point + (path == "/" ? "" : path);
  }
  return no_cgroup("this process is in no cgroup of version 2 that is mounted", 0);
}

}  // namespace hpopt
