// CgroupSession: the cgroup of one session of hpopt, below the one that hpopt is in. Each trial has
// one below it.
//
// Its folder is locked (flock) as long as its hpopt, or the keeper of it, lives. One that nobody
// has locked was left behind by an hpopt that was killed: the next session kills what is inside and
// removes it. Threads: one at a time.
#pragma once

#include <memory>
#include <string>

#include "exec/cgroup.h"

namespace hpopt {

class CgroupSession {
 public:
  /// Errors (kUnavailable): why there can be none. It was tried: a process was frozen and killed.
  static Result<std::unique_ptr<CgroupSession>> open();
  /// Kills what is inside, and removes it as soon as that has gone, or leaves it to the next one.
  ~CgroupSession();
  CgroupSession(const CgroupSession&) = delete;
  CgroupSession& operator=(const CgroupSession&) = delete;

  Result<Cgroup> make_trial();
  [[nodiscard]] int fd() const { return group_.fd(); }
  [[nodiscard]] const std::string& path() const { return group_.path(); }
  bool kill() { return group_.kill(); }
  [[nodiscard]] bool populated() const { return group_.populated(); }

 private:
  explicit CgroupSession(Cgroup group) : group_(std::move(group)) {}

  Cgroup group_;
  int trials_ = 0;
};

}  // namespace hpopt
