// WorkerDialogue: what is said between us and a worker about one trial (docs/worker-protocol.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "exec/worker_process.h"
#include "hpopt/study.h"

namespace hpopt {

/// How it ended.
struct Talk {
  enum class End : std::uint8_t {
    kTold,      ///< `score`.
    kFailed,    ///< `message`, as the worker says it.
    kEnded,     ///< The worker has ended, or closed its socket.
    kCalled,    ///< Somebody ends us.
    kIgnored,   ///< It had its time to return after a verdict, and did not.
    kMistaken,  ///< It does not speak the protocol: `message`.
  };
  End end = End::kEnded;
  double score = 0;
  std::string message = {};
  bool spoke = false;  ///< The worker has said anything.
  bool waits = false;  ///< For our answer.
};

class WorkerDialogue {
 public:
  /// `call`: a descriptor that ends it when it becomes readable.
  WorkerDialogue(Trial& trial, WorkerProcess& worker, int call)
      : trial_(trial), worker_(worker), call_(call) {}

  /// Returns when the trial's run is over, or the worker. Throws Exception when the trial can't be
  /// told: its folder can't be made, the store can't be read.
  Talk run();

 private:
  [[nodiscard]] std::string opening() const;
  std::optional<Talk> heed(const std::string& line);
  std::optional<Talk> answer(const Json& answer);
  Json suggest(const std::string& word, const Json& arguments);
  Json report(const Json& arguments);
  Json in_words(Verdict verdict);
  [[nodiscard]] Talk broken_off(Heard heard) const;

  Trial& trial_;
  WorkerProcess& worker_;
  int call_;
  SystemClock clock_;
  bool spoke_ = false;
  bool waits_ = false;
  Nanos return_by_ = Nanos::max();  ///< After a verdict that ends the run.
};

}  // namespace hpopt
