#include "cli/run_answer.h"

#include <fmt/format.h>

#include "analysis/report.h"
#include "base/text.h"
#include "cli/answer_text.h"
#include "cli/json_text.h"

namespace hpopt {

void RunAnswer::keep(const StudyState& state, double used) {
  kept_ = true;
  answer_ = answer_text(state, look_);
  tally_ = tally_text({.state = state, .id = study_, .used = used, .running = false}, look_);
  failure_ = state.best() == 0 ? failure_text(state) : std::string();
  best_ = best_json({.state = state, .id = study_, .used = used, .running = false});
}

std::string RunAnswer::text(const Summary& summary) const {
  std::string text;
  const bool said_as_error = summary.error.has_value();
  if (!summary.reason.empty() && !said_as_error) text += summary.reason + "\n";
  if (summary.outcome == Summary::Outcome::kPaused) {
    text += "The same command goes on where it stopped.\n";
  }
  text += tally_ + "\n" + answer_;
  const bool said_as_reason = summary.reason.find(trim(failure_)) != std::string::npos;
  if (!failure_.empty() && !said_as_error && !said_as_reason) text += failure_;
  return text;
}

std::string RunAnswer::json(const Summary& summary) const {
  Json json = best_.is_null() ? Json::object() : best_;
  json["outcome"] = name(summary.outcome);
  json["reason"] = summary.reason;
  json["seconds"] = json_number(summary.seconds);
  return json_document(json);
}

}  // namespace hpopt
