#include "engine/summary.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/session.h"
#include "study/full_length.h"

namespace hpopt {

std::string_view name(Summary::Outcome outcome) {
  switch (outcome) {
    case Summary::Outcome::kNotRun:
      return "not_run";
    case Summary::Outcome::kFinished:
      return "finished";
    case Summary::Outcome::kTimeUp:
      return "time_up";
    case Summary::Outcome::kStopped:
      return "stopped";
    case Summary::Outcome::kPaused:
      return "paused";
    case Summary::Outcome::kError:
      break;
  }
  return "error";
}

Summary make_summary(const StudyState& state, const std::string& study, double used) {
  Summary summary;
  summary.study = study;
  summary.seconds = used;
  const TrialCounts& counts = state.counts();
  summary.complete = counts.complete;
  summary.stopped = counts.stopped;
  summary.paused = counts.paused;
  summary.failed = counts.failed + counts.out_of_memory + counts.diverged;
  if (const TrialRecord* best = state.find(state.best())) {
    summary.best = Summary::Best{.trial = best->id,
                                 .score = *state.score(*best),
                                 .step = best->last_step(),
                                 .confirmed = is_full_length(state, *best),
                                 .params = best->configuration};
  }
  return summary;
}

Result<Summary> summarize(Store& store, const std::string& study) {
  auto journal = store.open(study);
  if (!journal) return journal.error();
  auto spent = (*journal)->spent();
  if (!spent) return spent.error();
  SystemClock clock;
  auto session = Session::open(std::move(*journal), clock);
  if (!session) return session.error();
  Summary summary = make_summary((*session)->state(), study, seconds(*spent));
  if ((*session)->state().ended()) {
    summary.outcome = Summary::Outcome::kFinished;
    summary.reason = (*session)->state().ending()->reason;
  }
  return summary;
}

Summary failed_by(const Error& error) {
  Summary summary;
  summary.outcome = Summary::Outcome::kError;
  summary.reason = error.message();
  summary.error = error;
  return summary;
}

std::string Summary::brief() const {
  if (error) return error->message();
  std::string line = best ? fmt::format("best {} (trial {}{})", brief_number(best->score),
                                        best->trial, best->confirmed ? ", at full length" : "")
                          : std::string("no score");
  line += fmt::format("; {} complete, {} stopped, {} paused, {} failed in {}", complete, stopped,
                      paused, failed, human_duration(seconds));
  if (!reason.empty()) line += "; " + reason;
  return line;
}

std::string Summary::full() const {
  std::string text = brief();
  if (!best) return text;
  for (const auto& [name, value] : best->params)
    text += fmt::format("\n  {} = {}", name, value.text());
  return text;
}

}  // namespace hpopt
