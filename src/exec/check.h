// What `hpopt check -- CMD` does: runs the command briefly and collects what is understood of its
// output.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/memory_kind.h"
#include "exec/containment.h"
#include "hpopt/result.h"
#include "hpopt/value.h"
#include "spec/study_spec.h"

namespace hpopt {

struct CheckRequest {
  std::vector<std::string> argv;
  std::string directory;              ///< Where the command runs.
  std::vector<Objective> objectives;  ///< May be empty: then all numbers are shown alike.
  bool terminal = false;
  Configuration configuration = {};
  std::map<std::string, double> fidelity = {};
  int port = 0;  ///< What ${port} in argv was filled with.
  Nanos limit = std::chrono::seconds(20);
  /// Enough when the first objective was told so often (steps, or numbers without one).
  int reports = 3;
  ContainmentKind containment = ContainmentKind::kAuto;
};

struct CheckedMetric {
  std::string name;
  bool wanted = false;  ///< An objective.
  int count = 0;
  int steps = 0;  ///< Different ones; 0: no step is told.
  double first_step = 0;
  double last_step = 0;
  double low = 0;  ///< Over its finite values.
  double high = 0;
  double last = 0;
  int not_finite = 0;
};

struct CheckReport {
  std::vector<CheckedMetric> metrics;    ///< Objectives first, then in order of appearance.
  std::optional<double> length;          ///< The full length, if the script tells it.
  std::optional<double> seconds_a_step;  ///< Between reports of the first objective.
  std::optional<double> first_number;    ///< Seconds until anything was understood.
  double elapsed = 0;
  bool ended = false;               ///< By itself; else it was enough, or the limit came.
  int exit_code = 0;                ///< If it ended by itself.
  Memory memory = Memory::kEnough;  ///< Short when it ended.
  bool buffered = false;            ///< All came at once at the end of a run that took a while.
  std::string last_lines;           ///< Of its output.
  std::string source_trouble;       ///< Of the Exited.
  std::string containment;

  /// What stands in the way of tuning it, one line each, with how to mend it.
  [[nodiscard]] std::vector<std::string> problems() const;
  /// What is good to know, one line each.
  [[nodiscard]] std::vector<std::string> notes() const;
};

/// Errors: the program is missing, the directory can't be used, a regex is wrong.
[[nodiscard]] Result<CheckReport> check_command(const CheckRequest& request);

}  // namespace hpopt
