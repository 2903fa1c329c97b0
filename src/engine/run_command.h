// run_command: runs the trials of an opened study as processes until its time is up, it is
// finished, or somebody interrupts it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "engine/observer.h"
#include "exec/containment.h"
#include "hpopt/result.h"
#include "hpopt/study.h"
#include "study/journal.h"
#include "study/state.h"

namespace hpopt {

struct RunSettings {
  /// When this session's time began: opening the study takes some. None: with the call.
  std::optional<Nanos> began = {};
  /// The wall clock's time (UTC) at which this session ends; none: when the study's time is up.
  /// When it ends before the study's, the study is paused.
  std::optional<std::int64_t> until_utc_ms = {};
  std::string store_directory;  ///< Trials' directories go to <it>/trials/<study>/<trial>.
  int workers = 0;              ///< 0: auto.
  ContainmentKind containment = ContainmentKind::kAuto;
  /// 0: none; 1: pause, trials get their grace to checkpoint; 2 or more: stop now. Set by signal
  /// handlers.
  const std::atomic<int>* interrupts = nullptr;
  int wake_fd = -1;  ///< Readable when `interrupts` changed; -1: polled.
  /// What is kept beside the facts for those who only look (Journal::keep_digest); empty: nothing.
  std::function<std::string(const StudyState&)> digest = {};
  const std::atomic<bool>* stop = nullptr;  ///< true: end the study soon, as `hpopt stop` does.
  /// Counts the wishes to be suspended (Ctrl-Z), and what suspends this process until it is
  /// continued. Trials are frozen meanwhile, and the time does not count.
  const std::atomic<int>* suspensions = nullptr;
  std::function<void()> suspend = {};
};

/// The outcome as a Summary; Outcome::kError with `error` when the store failed or the study is
/// busy.
[[nodiscard]] Summary run_command(Store& store, const std::string& study,
                                  const RunSettings& settings, RunObserver& observer,
                                  const Clock& clock);

/// The summary of a study as it stands in the store.
[[nodiscard]] Result<Summary> summarize(Store& store, const std::string& study);

}  // namespace hpopt
