// MemoryBounds: which configurations would run out of memory, as far as trials have shown.
//
// A configuration that ran out bounds those that need at least as much: every parameter that memory
// hangs on is at least as large in them, and every one of which nobody knows which way it goes
// (choices, `patch_size`) is the same. Rates and the like don't count. docs/algorithms.md says
// which parameter is of which kind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/value.h"
#include "spec/study_spec.h"
#include "study/fact.h"

namespace hpopt {

class StudyState;
struct TrialRecord;

class MemoryBounds {
 public:
  /// The configuration ran out of memory. false: nothing new was learnt.
  bool ran_out(const StudySpec& spec, const Configuration& configuration);
  /// It was trained to its end: bounds that would have forbidden it were wrong.
  void fitted(const StudySpec& spec, const Configuration& configuration);
  [[nodiscard]] bool forbid(const StudySpec& spec, const Configuration& configuration) const;
  [[nodiscard]] bool empty() const { return points_.empty(); }

 private:
  std::vector<Configuration> points_;  ///< Only what memory hangs on; none implies another.
};

/// The configuration, with a smaller batch where it would run out of memory; none: it would even
/// with the smallest.
[[nodiscard]] std::optional<Configuration> within_memory(const StudyState& state,
                                                         Configuration configuration);

/// In the Decision of a trial that is one tried again.
inline constexpr std::string_view kRetriedBy = "memory";

/// What a trial that ran out of memory is tried again with.
struct Retry {
  TrialId trial = 0;  ///< The one that ran out.
  Configuration configuration;
};
/// The newest trial that ran out of memory and was not tried again yet, though a smaller batch is
/// there.
[[nodiscard]] std::optional<Retry> due_retry(const StudyState& state);

/// "trial 7 ran out of GPU memory with batch_size=256: trial 12 tries it with 128".
[[nodiscard]] std::string in_words(const Retry& retry, TrialId next, const StudyState& state);

/// What the user could do about a trial that ran out of memory and can't be tried with a smaller
/// batch; empty: it will be.
[[nodiscard]] std::string memory_advice(const StudyState& state, const TrialRecord& trial);

}  // namespace hpopt
