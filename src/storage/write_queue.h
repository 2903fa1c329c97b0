// WriteQueue: where the writers of a store wait for their turn, in the order in which they came.
//
//   WriteQueue queue(path + ".lock");
//   if (Status turn = queue.enter(std::chrono::seconds(2)); !turn) return turn;  // kStorage:
//   locked
//   ...
//   queue.leave();
//
// The queue is the kernel's: flock on a file. flock knows no time-out, so a wait that lasts goes to
// a thread that can be left behind; when its turn comes at last it gives it back. Threads: one at a
// time. Ownership: a thread left behind owns what it needs.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "hpopt/result.h"

namespace hpopt {

class WriteQueue {
 public:
  explicit WriteQueue(std::string path);
  WriteQueue(WriteQueue&& other) noexcept;
  WriteQueue& operator=(WriteQueue&& other) noexcept;
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;
  ~WriteQueue();

  /// kStorage: it could not be had within `patience`, or the file cannot be opened. Where the file
  /// system knows no flock there is no queue, and it is always our turn.
  Status enter(Nanos patience);
  void leave();

 private:
  struct Waiter;
  Status open();
  [[nodiscard]] bool comes_soon(Nanos until) const;
  Status stand();

  std::string path_;
  int fd_ = -1;
  std::shared_ptr<Waiter> waiter_;  ///< Left behind by an enter() that gave up.
};

}  // namespace hpopt
