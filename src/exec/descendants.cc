#include "exec/descendants.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/unique_fd.h"

namespace hpopt {
namespace {

constexpr int kMostSweeps = 64;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// The whole of a file of /proc; empty when it can't be read.
std::string read_proc(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> buffer{};
  while (file) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// The entries of a folder of /proc that are numbers.
std::vector<pid_t> numbered_entries(const std::string& path) {
  std::vector<pid_t> numbers;
  const Folder folder(::opendir(path.c_str()));
  if (!folder) return numbers;
  while (const dirent* entry =
             ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe): ours alone
    const std::string_view name = entry->d_name;
    pid_t number = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc()) {
      numbers.push_back(number);
    }
  }
  return numbers;
}

std::vector<pid_t> numbers_in(std::string_view text) {
  std::vector<pid_t> numbers;
  while (!text.empty()) {
    pid_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc()) break;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  }
  return numbers;
}

bool kernel_lists_children() {
  static const bool listed = ::access("/proc/thread-self/children", R_OK) == 0;
  return listed;
}

bool is_past(Nanos until) { return until != Nanos::max() && SystemClock().monotonic() >= until; }

bool environment_has(pid_t process, const std::string& mark) {
  const std::string environment = '\0' + read_proc(fmt::format("/proc/{}/environ", process));
  return environment.find('\0' + mark + '\0') != std::string::npos;
}

}  // namespace

std::optional<ProcessStatus> read_process(pid_t process) {
  // "12 (a name) S 1 12 12 ...": the name may hold anything, so the last parenthesis ends it.
  const std::string text = read_proc(fmt::format("/proc/{}/stat", process));
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 > text.size()) {
    return std::nullopt;
  }
  const std::vector<pid_t> fields = numbers_in(std::string_view(text).substr(close + 4));
  if (fields.size() < 3) return std::nullopt;
  return ProcessStatus{fields[0], fields[2], text[close + 2],
                       text.substr(open + 1, close - open - 1)};
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  if (kernel_lists_children()) {
    const std::string tasks = fmt::format("/proc/{}/task", process);
    for (const pid_t task : numbered_entries(tasks)) {
      const auto listed = numbers_in(read_proc(fmt::format("{}/{}/children", tasks, task)));
      children.insert(children.end(), listed.begin(), listed.end());
    }
    return children;
  }
  for (const pid_t other : numbered_entries("/proc")) {
    const auto status = read_process(other);
    if (status && status->parent == process) children.push_back(other);
  }
  return children;
}

bool can_look() { return UniqueFd(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC)).get() >= 0; }

bool is_live(const ProcessStatus& status) { return status.state != 'Z' && status.state != 'X'; }

// The children are listed first: of a dead process they are somebody else's. KILL goes to zombies
// as well: one whose first thread has ended may have others.
bool kill_tree(pid_t process, Nanos until) {
  const auto status = read_process(process);
  if (!status) return false;
  const std::vector<pid_t> children = children_of(process);
  bool any = is_live(*status);
  ::kill(process, SIGKILL);
  for (const pid_t child : children) {
    if (is_past(until)) return true;
    any = kill_tree(child, until) || any;
  }
  return any;
}

std::vector<pid_t> ProcessTree::members(Nanos until) const {
  std::vector<pid_t> members;
  if (!leader_gone_) add(leader_, until, members);
  if (reaper_ <= 0) return members;
  for (const pid_t orphan : children_of(reaper_)) {
    if (orphan == leader_) continue;
    if (is_past(until)) break;
    const auto status = read_process(orphan);
    if (!status || !owns(orphan, *status)) continue;
    if (is_live(*status)) {
      add(orphan, until, members);
    } else if (reaper_ == ::getpid()) {
      ::waitpid(orphan, nullptr, WNOHANG);
    }
  }
  return members;
}

// A session lives on under its leader's number, which the kernel gives to nobody else meanwhile.
bool ProcessTree::owns(pid_t orphan, const ProcessStatus& status) const {
  return status.session == leader_ || environment_has(orphan, mark_);
}

void ProcessTree::add(pid_t process, Nanos until, std::vector<pid_t>& members) {
  if (is_past(until)) return;
  const auto status = read_process(process);
  if (!status) return;
  if (is_live(*status)) members.push_back(process);
  for (const pid_t child : children_of(process)) add(child, until, members);
}

std::size_t ProcessTree::signal(int number) const {
  const std::vector<pid_t> reached = members();
  for (const pid_t process : reached) ::kill(process, number);
  return reached.size();
}

bool ProcessTree::hold() {
  std::set<pid_t> stopped;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    bool found = false;
    for (const pid_t process : members()) {
      if (!stopped.insert(process).second) continue;
      ::kill(process, SIGSTOP);
      found = true;
    }
    if (!found) return true;
  }
  return false;
}

void ProcessTree::thaw() { signal(SIGCONT); }

void ProcessTree::kill() { signal(SIGKILL); }

}  // namespace hpopt
