// ReportValve: lets through what a trial says, but no more of one number than anybody can use.
//
// A thousand reports of a metric a second pass as they are. Of what comes beyond that within the
// second, its end passes on the lowest, the highest and the last (and one that is no finite
// number), so that no best score and no divergence is lost: a script that prints a million numbers
// a second costs neither the journal nor the memory of hpopt more than one that prints a thousand.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "exec/executor.h"

namespace hpopt {

class ReportValve {
 public:
  static constexpr int kMost = 1000;
  static constexpr Nanos kWindow = std::chrono::seconds(1);
  /// Of numbers that are watched in a window; names beyond them pass, and the engine drops what is
  /// more than a study's metrics.
  static constexpr std::size_t kMostFlows = 4096;

  /// Takes out of `events` what is too much, and adds what was kept back and is due; before the
  /// Exited of its trial everything is. Of repeats of a step in one batch only the last passes.
  void pass(std::vector<Event>& events, Nanos now);
  /// Adds all that is kept back of a trial.
  void release_trial(TrialId trial, std::vector<Event>& out);
  /// When something that is kept back is due; Nanos::max(): nothing is.
  [[nodiscard]] Nanos due() const;
  [[nodiscard]] std::size_t watched() const { return flows_.size(); }

 private:
  using Key = std::pair<TrialId, std::string>;
  struct Flow {
    Nanos ends{0};  ///< Of the window.
    int passed = 0;
    std::uint64_t order = 0;  ///< Of the next that is kept back.
    struct Kept {
      Said said;
      std::uint64_t order = 0;
    };
    std::optional<Kept> lowest, highest, not_finite, last;
  };

  [[nodiscard]] Flow* flow_of(const Said& said);
  static void keep_back(Flow& flow, Said&& said);
  static void release(Flow& flow, std::vector<Event>& out);

  std::map<Key, Flow> flows_;
};

}  // namespace hpopt
