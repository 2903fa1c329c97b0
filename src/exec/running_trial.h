// RunningTrial: one run of one trial, from the start of its process until nothing of it is left.
//
// Passive: the executor polls its descriptors and calls advance() when one is ready or a time is
// due.
//   running --leader ends--> leaving --no member left--> gone (an Exited was given)
// held is a running trial whose processes are stopped; its output waits in the pipes.
#pragma once

#include <poll.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exec/containment.h"
#include "exec/descendants.h"
#include "exec/executor.h"
#include "exec/line_splitter.h"
#include "exec/metric_parser.h"
#include "exec/metric_source.h"
#include "exec/report_socket.h"
#include "exec/trial_log.h"

namespace hpopt {

/// What a run shares with others.
struct TrialMeans {
  Containment& containment;
  const MetricParser& parser;                 ///< Copied for each run.
  MetricParser::ZeroBased& zero_based;        ///< What runs so far showed.
  std::set<std::string>& reported_from_zero;  ///< The same of what is said by the socket.
  const std::vector<Objective>& objectives;
  bool terminal = false;
  /// A short path, where the trial's own directory is too deep for a socket.
  std::function<std::string()> spare_socket_path;
};

class RunningTrial {
 public:
  static Result<std::unique_ptr<RunningTrial>> start(const Launch& launch, const TrialMeans& means,
                                                     Nanos now);

  [[nodiscard]] TrialId trial() const { return trial_; }
  [[nodiscard]] bool gone() const { return stage_ == Stage::kGone; }
  [[nodiscard]] bool alive() const { return stage_ == Stage::kRunning; }
  /// REQUIRES: alive().
  [[nodiscard]] pid_t leader() const { return processes_->leader(); }
  [[nodiscard]] bool held() const { return held_; }
  /// All of a held one are frozen: none hangs in the kernel.
  [[nodiscard]] bool frozen() const { return held_ && frozen_; }
  [[nodiscard]] std::vector<pid_t> members(Nanos until = Nanos::max()) const {
    return processes_->members(until);
  }

  void add_polls(std::vector<pollfd>& polls) const;
  /// When advance() is to be called even if nothing is ready.
  [[nodiscard]] Nanos due() const;
  void advance(Nanos now, std::vector<Event>& events);

  /// One that is leaving, too. REQUIRES: not gone().
  void hold(Nanos now);
  /// The end of hold(): as the same run; what it still had of a grace it has again.
  void go_on(Nanos now);
  /// The same, as a new run.
  void thaw(Token token, Nanos now);
  void end(Nanos grace, Nanos now);
  /// It is killed from outside, from now on: that is by us unless the leader had ended before.
  void kill(Nanos now);
  /// Reaps the leader if it has ended, and then gives the Exited at once. REQUIRES: nothing else of
  /// it lives.
  void bury(Nanos now, std::vector<Event>& events);
  /// Reaps the leader if it has ended. REQUIRES: alive().
  void notice_exit(Nanos now);
  /// The deadline's guard may kill it from now on: that is by us, too.
  void expect_kill() { may_be_killed_ = true; }
  void set_verdict(bool go_on) { verdict_ = go_on; }
  /// Tells those that wait at the report socket, unless it is held: then they hear when it goes on.
  void answer_waiting();

 private:
  enum class Stage { kRunning, kLeaving, kGone };
  struct Stream {
    UniqueFd fd;
    LineSplitter splitter;
  };

  RunningTrial(const Launch& launch, const TrialMeans& means, TrialLog log, Nanos now);
  Status open_sources(const Launch& launch, const TrialMeans& means);
  void open_socket(const Launch& launch, const TrialMeans& means);
  Status spawn_leader(const Launch& launch, const std::string& program, const TrialMeans& means);

  void read_output(Nanos now, std::vector<Event>& events);
  void read_stream(Stream& stream, Nanos now, std::vector<Event>& events);
  void take_record(const Record& record, Nanos now, std::vector<Event>& events);
  void take(const Understood& understood, Nanos now, std::vector<Event>& events);
  void take(const std::vector<ReportMessage>& messages, Nanos now, std::vector<Event>& events);
  [[nodiscard]] std::optional<double> step_of(const ReportMessage& message);
  void read_files(Nanos now, std::vector<Event>& events);
  [[nodiscard]] bool files_behind() const;
  void terminate();
  void wake();
  void leave(Nanos now, std::vector<Event>& events);
  void finish(Nanos now, std::vector<Event>& events);
  void report_exit(Nanos now, std::vector<Event>& events);
  /// Whether it ended because we wanted it to.
  [[nodiscard]] bool ended_by_us() const;
  [[nodiscard]] Memory memory_short() const;
  [[nodiscard]] std::string source_trouble() const;
  [[nodiscard]] double elapsed(Nanos now) const;

  TrialId trial_;
  Token token_;
  TrialLog log_;
  MetricParser parser_;
  MetricParser::ZeroBased& zero_based_;
  std::set<std::string> reported_;  ///< Metrics that this run has said by the socket.
  std::set<std::string>& reported_from_zero_;
  std::unique_ptr<ReportSocket> socket_;  ///< Empty where none could be made.
  ReportFile report_file_;
  std::vector<MetricSource> sources_;
  std::vector<Stream> streams_;
  std::unique_ptr<TrialProcesses> processes_;
  UniqueFd ended_;  ///< The leader's pidfd.

  Stage stage_ = Stage::kRunning;
  bool held_ = false;
  bool frozen_ = false;
  bool told_to_go_ = false;
  bool may_be_killed_ = false;  ///< By the deadline's guard.
  bool verdict_ = true;
  int exit_code_ = 0;
  std::optional<Memory> memory_reported_;
  double elapsed_before_;
  Nanos since_;                   ///< Running since; or held since.
  Nanos look_at_;                 ///< Files are read next.
  Nanos term_at_ = Nanos::max();  ///< TERM is sent; then, and before it is to end: never.
  Nanos kill_at_ = Nanos::max();  ///< The grace ends.
  Nanos sweep_at_{0};             ///< While leaving: the next look at members.
  Nanos give_up_at_ = Nanos::max();
  Nanos rest_until_ = Nanos::max();  ///< While leaving: files are read on no longer.
};

}  // namespace hpopt
