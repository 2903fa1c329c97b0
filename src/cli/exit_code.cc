#include "cli/exit_code.h"

namespace hpopt {

ExitCode exit_code(const Error& error) {
  switch (error.code) {
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kBusy:
    case Code::kUnavailable:
      return kWrongUse;
    case Code::kStorage:
    case Code::kConflict:
      return kStoreFailed;
    case Code::kInternal:
      return kNoAnswer;
  }
  return kNoAnswer;
}

ExitCode exit_code(const Summary& summary) {
  if (summary.outcome == Summary::Outcome::kPaused) return kStudyPaused;
  if (summary.outcome == Summary::Outcome::kError && summary.error)
    return exit_code(*summary.error);
  return summary.best ? kAnswerFound : kNoAnswer;
}

}  // namespace hpopt
