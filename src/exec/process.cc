#include "exec/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "exec/cgroup_spawn.h"
#include "exec/descriptor_limit.h"

namespace hpopt {
namespace {

/// Pointers to the strings, ended by a null pointer, as exec wants them.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (const std::string& text : strings) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

bool is_regular_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Error no_program(const std::string& name, const std::string& what, const std::string& mend) {
  return {Code::kNotFound, fmt::format("the program '{}' {}", name, what), {}, mend};
}

/// Attributes and file actions that free themselves.
class SpawnSetting {
 public:
  explicit SpawnSetting(const SpawnRequest& request) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(
        &attributes_,
        static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    if (request.in >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, request.in, STDIN_FILENO);
    } else {
      posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_adddup2(&actions_, request.out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, request.err, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    if (!request.directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions_, request.directory.c_str());
    }
  }
  SpawnSetting(const SpawnSetting&) = delete;
  SpawnSetting& operator=(const SpawnSetting&) = delete;
  ~SpawnSetting() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

Error spawn_failure(const SpawnRequest& request, int error_number) {
  const std::string& name = request.argv.front();
  switch (error_number) {
    case ENOEXEC:
      return no_program(name, "is a script without a first line such as #!/usr/bin/env python3",
                        fmt::format("add that line, or name its interpreter: python3 {}", name));
    case ENOENT:
      return no_program(name, "names an interpreter in its first line that is missing",
                        "install the interpreter, or mend the line");
    case E2BIG:
      return {
          Code::kInvalid, "the arguments and the environment are too long for the kernel", {}, {}};
    default:
      return {
          Code::kUnavailable,
          fmt::format("cannot start '{}': {}", name, std::generic_category().message(error_number)),
          {},
          error_number == EAGAIN || error_number == ENOMEM
              ? "run fewer workers, or raise the limit on processes"
              : ""};
  }
}

}  // namespace

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& additions) {
  std::vector<std::string> merged;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string name(text.substr(0, text.find('=')));
    if (!additions.contains(name)) merged.emplace_back(text);
  }
  for (const auto& [name, value] : additions) merged.push_back(fmt::format("{}={}", name, value));
  return merged;
}

Result<std::string> find_program(const std::string& name, const std::string& directory) {
  if (name.empty()) return invalid("the command names no program");
  const auto from_directory = [&](const std::string& path) {
    return path.starts_with('/') || directory.empty() ? path : directory + "/" + path;
  };
  if (name.find('/') != std::string::npos) {
    const std::string path = from_directory(name);
    if (::access(path.c_str(), F_OK) != 0) {
      return no_program(
          name, "is missing",
          fmt::format("it was looked for in {}", directory.empty() ? "." : directory));
    }
    if (!is_regular_file(path)) return no_program(name, "is not a file", "name a file to run");
    if (::access(path.c_str(), X_OK) == 0) return path;
    return no_program(name, "is not executable",
                      fmt::format("chmod +x {}, or name its interpreter: python3 {}", name, name));
  }
  const char* variable =
      std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  std::string refused;
  for (const std::string& folder : split(variable == nullptr ? "/usr/bin:/bin" : variable, ':')) {
    const std::string path = from_directory((folder.empty() ? "." : folder) + "/" + name);
    if (!is_regular_file(path)) continue;
    if (::access(path.c_str(), X_OK) == 0) return path;
    refused = path;
  }
  if (!refused.empty()) {
    return no_program(name, fmt::format("was found at {} but is not executable", refused),
                      fmt::format("chmod +x {}", refused));
  }
  const bool here = is_regular_file(from_directory(name));
  return no_program(name, "is not on the PATH",
                    here ? fmt::format("for the file in the working directory write ./{}", name)
                         : "install it, or write its path");
}

Result<pid_t> spawn(const SpawnRequest& request) {
  const std::vector<char*> argv = pointers(request.argv);
  const std::vector<char*> environment = pointers(request.environment);
  pid_t process = 0;
  int failed = 0;
  if (request.cgroup >= 0) {
    process =
        spawn_in_cgroup({request.cgroup, request.program.c_str(), argv.data(), environment.data(),
                         request.directory.empty() ? nullptr : request.directory.c_str(),
                         request.in, request.out, request.err});
    failed = std::max(0, -process);
  } else {
    const SpawnSetting setting(request);
    failed = ::posix_spawn(&process, request.program.c_str(), setting.actions(),
                           setting.attributes(), argv.data(), environment.data());
    if (failed == 0) restore_descriptor_limit(process);
  }
  if (failed != 0) return spawn_failure(request, failed);
  return process;
}

void be_killed_before_us(pid_t process) {
  constexpr int kWorthHalfTheMemory = 500;
  constexpr int kMost = 1000;
  int ours = 0;
  std::ifstream("/proc/self/oom_score_adj") >> ours;
  std::ofstream(fmt::format("/proc/{}/oom_score_adj", process))
      << std::min(kMost, ours + kWorthHalfTheMemory);
}

UniqueFd open_pidfd(pid_t process) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

int exit_code_of(int wait_status) {
  constexpr int kSignalled = 128;
  return WIFSIGNALED(wait_status) ? kSignalled + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace hpopt
