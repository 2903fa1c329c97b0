// StoreAccess: from the flags of a command to the store and the study that it means.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/history.h"
#include "analysis/study_view.h"
#include "base/json.h"
#include "cli/invocation.h"
#include "hpopt/result.h"
#include "study/journal.h"

namespace hpopt {

/// What `--storage` says, else HPOPT_STORAGE, else ".hpopt".
[[nodiscard]] std::string store_locator(const Invocation& invocation);

/// A study as it stands. Move-only: it owns the journal that it was read from.
struct StoredStudy {
  StudyInfo info;
  std::unique_ptr<Journal> journal;
  StudyState state;
  double used = 0;
  bool running = false;

  [[nodiscard]] StudyView view() const { return {state, info.id, used, running}; }
};

[[nodiscard]] Result<StoredStudy> read_study(Store& store, const StudyInfo& info);

/// The study that the argument names (empty: the latest), from the store of the flags, which must
/// be there.
[[nodiscard]] Result<StoredStudy> open_named_study(const Invocation& invocation,
                                                   const std::string& name);

/// What is kept of a study for those who only look.
[[nodiscard]] std::string digest_text(const StudyState& state, const std::string& id);

/// status --json: from the digest where that is fresh, else from all facts.
[[nodiscard]] Result<Json> read_status(Store& store, const StudyInfo& info);

/// One trial of a study, with what was decided about it.
struct StoredTrial {
  StoredStudy study;
  TrialId id = 0;
  std::vector<HistoryEntry> history;

  [[nodiscard]] const TrialRecord& record() const { return *study.state.find(id); }
};

/// What the arguments TRIAL [STUDY] of `show` and `why` name. Errors: no number, no such trial.
[[nodiscard]] Result<StoredTrial> open_named_trial(const Invocation& invocation);

}  // namespace hpopt
