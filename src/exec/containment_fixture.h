// For tests of containments: starts shell scripts in one, and looks at what they leave.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing.h"
#include "exec/containment.h"
#include "exec/process.h"

namespace hpopt {

/// For the names of tests.
inline void PrintTo(ContainmentKind kind, std::ostream* out) {  // NOLINT: googletest's name
  constexpr std::array kNames{"auto", "cgroup", "namespace", "sweeps"};
  *out << kNames.at(static_cast<std::size_t>(kind));
}

}  // namespace hpopt

namespace hpopt::testing {

inline constexpr int kGenerousMs = 20000;  // milliseconds: a limit for hangs, no measure

inline bool eventually(const std::function<bool()>& holds) {
  for (int waited = 0; waited < kGenerousMs; waited += 5) {
    if (holds()) return true;
    ::usleep(5000);
  }
  return false;
}

inline bool contains(const std::vector<pid_t>& processes, pid_t process) {
  return std::find(processes.begin(), processes.end(), process) != processes.end();
}

inline int reap(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return exit_code_of(status);
}

inline std::string kind_name(const ::testing::TestParamInfo<ContainmentKind>& info) {
  switch (info.param) {
    case ContainmentKind::kAuto:
      return "Auto";
    case ContainmentKind::kCgroup:
      return "Cgroup";
    case ContainmentKind::kNamespace:
      return "Namespace";
    case ContainmentKind::kSweeps:
      return "Sweeps";
  }
  return {};
}

/// Skipped, with the reason, where the machine has no such containment.
class ContainmentFixture : public ::testing::TestWithParam<ContainmentKind> {
 protected:
  void SetUp() override {
    containment_ = make_containment(GetParam());
    if (Status had = is_of_kind(*containment_, GetParam()); !had) {
      GTEST_SKIP() << had.error().message();
    }
  }

  /// Its output goes to `out`, or to the file that output() reads.
  pid_t start(const std::string& script, int out = -1, std::vector<std::string> environment = {}) {
    const UniqueFd log(
        ::open((folder_ + "/out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    const int target = out < 0 ? log.get() : out;
    const std::string mark =
        "HPOPT_REPORT=" + folder_ + "/" + std::to_string(started_.size()) + "/report";
    environment.insert(environment.end(), {"PATH=/usr/bin:/bin", mark});
    auto processes = containment_->spawn({.program = "/bin/sh",
                                          .argv = {"sh", "-c", script},
                                          .environment = environment,
                                          .directory = folder_,
                                          .out = target,
                                          .err = target},
                                         mark);
    started_.push_back(std::move(processes).value());
    return started_.back()->leader();
  }
  /// Of the last that was started.
  [[nodiscard]] TrialProcesses& tree() const { return *started_.back(); }
  [[nodiscard]] std::string output() const {
    std::ifstream file(folder_ + "/out");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string folder_ = fresh_folder();
  std::unique_ptr<Containment> containment_;
  std::vector<std::unique_ptr<TrialProcesses>> started_;
};

}  // namespace hpopt::testing
