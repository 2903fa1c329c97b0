#include "cli/answer_text.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/answer.h"
#include "analysis/report.h"
#include "base/text.h"
#include "cli/table.h"
#include "study/full_length.h"
#include "study/trial_words.h"

namespace hpopt {
namespace {

constexpr int kUncut = 100'000;  // columns

/// "step 40 of 40, confirmed at full length": how far the winner was trained, and where on the way
/// it was best.
std::string training_text(const StudyState& state, const Answer& found) {
  const double full = full_length(state);
  const bool earlier = found.score_step < found.step;
  std::string text;
  if (earlier) text = fmt::format(", seen at step {}, trained to", brief_number(found.score_step));
  if (found.step > 0)
    text += fmt::format("{} step {}", earlier ? "" : ",", brief_number(found.step));
  if (found.step > 0 && full > 0) text += fmt::format(" of {}", brief_number(full));
  if (found.confirmed) return text + ", confirmed at full length";
  return text + ", not trained to full length";
}

/// "trial 12 failed: exited with 1"; empty: nothing went wrong with it.
std::string warning_text(const TrialRecord& winner) {
  const bool wrong = winner.state == TrialState::kFailed || winner.state == TrialState::kDiverged ||
                     winner.state == TrialState::kOutOfMemory;
  if (!wrong) return {};
  const std::string why = reason_of(winner).value_or("");
  std::string_view first = std::string_view(why).substr(0, why.find('\n'));
  if (first.ends_with(':')) first.remove_suffix(1);
  const std::string state = join(split(name(winner.state), '-'), " ");
  return fmt::format("trial {} {}: {}", winner.id, state, first);
}

Table params_table(const Configuration& params) {
  Table table{.columns = {{.title = ""}, {.title = "", .elastic = true}}, .rows = {}, .inks = {}};
  for (const auto& [name, value] : params) table.rows.push_back({"  " + name, value.text()});
  return table;
}

}  // namespace

std::string answer_text(const StudyState& state, const Look& look) {
  const std::optional<Answer> found = answer(state);
  if (!found) return "no trial has a score\n";
  Look uncut = look;  // who wants the answer wants all of it
  uncut.width = kUncut;
  std::string text = draw_line(
      {{fmt::format("best {} ", state.spec().objectives.front().name), Ink::kPlain},
       {brief_number(found->score), Ink::kBold},
       {fmt::format("  (trial {}{})", found->trial, training_text(state, *found)), Ink::kPlain}},
      uncut);
  text += "\n";
  if (const std::string warning = warning_text(*state.find(found->trial)); !warning.empty()) {
    text += paint(fit(warning, kUncut, look), Ink::kYellow, look) + "\n";
  }
  text += "\n" + draw(params_table(found->params), uncut);
  if (found->command.empty()) return text;
  text += "\nTo train it again:\n\n";
  return text + paint(shell_command(found->command), Ink::kCyan, look) + "\n";
}

std::string tally_text(const StudyView& study, const Look& look) {
  return tally_text(status_json(study), look);
}

std::string tally_text(const Json& status, const Look& look) {
  std::vector<std::string> parts;
  int trials = 0;
  for (const char* state : {"complete", "stopped", "paused", "running", "waiting", "failed",
                            "diverged", "out_of_memory", "cancelled"}) {
    const int count = status["trials"][state].get<int>();
    trials += count;
    if (count > 0) parts.push_back(fmt::format("{} {}", count, join(split(state, '_'), " ")));
  }
  std::string line = fmt::format("{} trial{}", trials, trials == 1 ? "" : "s");
  if (!parts.empty()) line += ": " + join(parts, ", ");
  const Json& time = status["time"];
  std::string used = human_duration(time["used"].get<double>());
  if (time["budget"].is_number()) {
    used += fmt::format(" of {}", human_duration(time["budget"].get<double>()));
  }
  return draw_line({{line}}, look) + "\n" + draw_line({{used + " used"}}, look) + "\n";
}

std::string failure_text(const StudyState& state) {
  for (auto trial = state.trials().rbegin(); trial != state.trials().rend(); ++trial) {
    if (!trial->message.empty()) return fmt::format("trial {}: {}\n", trial->id, trial->message);
  }
  return {};
}

}  // namespace hpopt
