#include "cli/answer_text.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/answer.h"
#include "base/text.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "study/full_length.h"
#include "study/trial_words.h"

namespace hpopt {
namespace {

constexpr int kUncut = 100'000;  // columns

/// "step 40 of 40, confirmed at full length": how far the winner was trained.
std::string training_text(const StudyState& state, const Answer& found) {
  const double full = full_length(state);
  std::string text;
  if (found.step > 0) text = fmt::format(", step {}", brief_number(found.step));
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
       {shortest(found->score), Ink::kBold},
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
  const TrialCounts counts = standing_counts(study);
  std::vector<std::string> parts;
  const auto add = [&parts](int count, const char* what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  add(counts.complete, "complete");
  add(counts.stopped, "stopped");
  add(counts.paused, "paused");
  add(counts.running, "running");
  add(counts.waiting, "waiting");
  add(counts.failed, "failed");
  add(counts.diverged, "diverged");
  add(counts.out_of_memory, "out of memory");
  add(counts.cancelled, "cancelled");
  const std::size_t trials = study.state.trials().size();
  std::string line = fmt::format("{} trial{}", trials, trials == 1 ? "" : "s");
  if (!parts.empty()) line += ": " + join(parts, ", ");
  std::string time = fmt::format("{} used", human_duration(study.used));
  if (const auto budget = study.state.budget_seconds()) {
    time = fmt::format("{} of {} used", human_duration(study.used), human_duration(*budget));
  }
  return draw_line({{line}}, look) + "\n" + draw_line({{time}}, look) + "\n";
}

std::string failure_text(const StudyState& state) {
  for (auto trial = state.trials().rbegin(); trial != state.trials().rend(); ++trial) {
    if (!trial->message.empty()) return fmt::format("trial {}: {}\n", trial->id, trial->message);
  }
  return {};
}

}  // namespace hpopt
