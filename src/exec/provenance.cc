#include "exec/provenance.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "exec/process.h"

namespace hpopt {
namespace {

constexpr int kPatienceMs = 1000;

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  pollfd readable{fd, POLLIN, 0};
  while (::poll(&readable, 1, kPatienceMs) > 0) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

/// What git prints; none when it fails or isn't there.
std::optional<std::string> ask_git(const std::string& directory,
                                   std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"git", "-C", directory});
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const UniqueFd output(ends[0]);
  UniqueFd input(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  input.reset();
  std::string text = read_to_end(output.get());
  ::kill(pid, SIGKILL);  // it has ended, or it takes too long
  int status = 0;
  ::waitpid(pid, &status, 0);
  const bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return done || !text.empty() ? std::optional(std::string(trim(text))) : std::nullopt;
}

/// Its path with links followed: which python3 it really is.
std::string resolve_program(const std::string& program, const std::string& directory) {
  const auto found = find_program(program, directory);
  if (!found) return program;
  std::error_code failed;
  const auto resolved = std::filesystem::canonical(*found, failed);
  return failed ? *found : resolved.string();
}

}  // namespace

Provenance find_provenance(const std::string& directory, const std::vector<std::string>& command) {
  Provenance found;
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  found.host = host.data();
  if (!command.empty()) found.interpreter = resolve_program(command.front(), directory);
  if (const auto commit = ask_git(directory, {"rev-parse", "--verify", "HEAD"})) {
    found.git_commit = *commit;
    const auto changes = ask_git(directory, {"status", "--porcelain", "--untracked-files=no"});
    found.git_dirty = changes.has_value() && !changes->empty();
  }
  return found;
}

std::string record_json(const Provenance& provenance, std::uint64_t seed,
                        const std::vector<std::string>& argv) {
  Json json{{"seed", seed},
            {"host", provenance.host},
            {"argv", argv},
            {"interpreter", provenance.interpreter}};
  if (!provenance.git_commit.empty()) {
    json["git_commit"] = provenance.git_commit;
    json["git_dirty"] = provenance.git_dirty;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hpopt
