// Progress: what a screen shows of a run, apart from how it is printed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/observer.h"
#include "study/state.h"

namespace hpopt {

struct RunningTrial {
  TrialId trial = 0;
  double step = 0;              ///< Last reported; 0: none yet.
  double until = 0;             ///< Goes on to this step for now; 0: to its end.
  std::optional<double> value;  ///< Last reported.
  double seconds = 0;           ///< Since this run of it began.
  std::string params;           ///< "lr=0.01 width=64"
};

struct BestTrial {
  TrialId trial = 0;
  double score = 0;
  double step = 0;
  bool confirmed = false;
  std::string params;
};

struct Progress {
  std::string study;
  std::string metric;
  bool maximize = true;
  double used = 0;    ///< Seconds.
  double budget = 0;  ///< Infinity: none.
  std::optional<std::int64_t> run_cap;
  std::string phase;
  double full_length = 0;  ///< Steps; 0: not known.
  int workers = 1;
  std::optional<BestTrial> best;
  std::vector<RunningTrial> running;
  TrialCounts counts;
};

[[nodiscard]] Progress observe(const RunView& view);

/// "lr=0.01 width=64", reals to four digits.
[[nodiscard]] std::string brief_params(const Configuration& params);

/// "0:07", "12:34", "1:02:03".
[[nodiscard]] std::string clock_time(double seconds);

}  // namespace hpopt
