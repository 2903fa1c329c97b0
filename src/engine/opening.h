// Opening: what a `run` finds in the store, and what is to become of it (pause, resume, reuse).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "hpopt/result.h"
#include "spec/study_spec.h"
#include "study/journal.h"
#include "study/state.h"

namespace hpopt {

/// What is there under the study's name.
enum class Situation : std::uint8_t {
  kNew,             ///< Nothing.
  kPartial,         ///< The same question, with time left: goes on.
  kFinished,        ///< The same question, answered.
  kFilesChanged,    ///< The same question, but files that the command names have other content.
  kQuestionChanged  ///< Another command, space, metric or fidelity.
};

struct Found {
  Situation situation = Situation::kNew;
  std::string study;                     ///< Id; empty when new.
  bool finished = false;                 ///< Also with kFilesChanged: whether it had ended.
  std::vector<std::string> differences;  ///< Lines for people.
  StudyState state;                      ///< Folded; empty when new.
  double used = 0;                       ///< Seconds of its budget.
  std::string directory;  ///< Where it runs: the recorded one when it is there already.
};

/// `here`: one that is there already goes on in `directory`, not in the recorded one. Errors: kBusy
/// when a live process runs it right now, naming it; kStorage.
[[nodiscard]] Result<Found> find_study(Store& store, const StudySpec& spec,
                                       const std::string& directory, bool here = false);

/// Whether the place is there in which a study goes on that was found. Errors say how to mend it.
[[nodiscard]] Status check_place(const Found& found);

/// The user's word, by a flag or at the question.
enum class Choice : std::uint8_t {
  kAuto,     ///< New: create. Partial: go on. Finished: reuse. Changed question: a new study.
  kReuse,    ///< Show the stored answer; run nothing.
  kExtend,   ///< Go on with more time.
  kRestart,  ///< Start over, knowing the old trials.
  kFresh,    ///< Start over from nothing.
};

struct Opened {
  std::string study;  ///< Id.
  bool run = true;    ///< false: reuse the answer.
  std::string line;   ///< What was done, for people: "goes on with 'digits': 12 trials, 31 s left".
};

/// Makes it so: creates the study or extends it. `extend_seconds` for kExtend; with kAuto a larger
/// spec.time means that total. `seed` is for a new study. The same extension again, while the time
/// that it gave is not used up, adds nothing: a command that was killed can be repeated.
[[nodiscard]] Result<Opened> open_study(Store& store, const Found& found, const StudySpec& spec,
                                        const std::string& directory, Choice choice,
                                        std::optional<double> extend_seconds, std::uint64_t seed,
                                        const Clock& clock);

/// The newest study of exactly this name; none when there is none.
[[nodiscard]] Result<std::optional<StudyInfo>> newest_study(Store& store, const std::string& name);

/// The study that a command names: an id, a name (its newest study), or empty: the newest of all.
/// kNotFound with "did you mean".
[[nodiscard]] Result<StudyInfo> resolve_study(Store& store, const std::string& name);

}  // namespace hpopt
