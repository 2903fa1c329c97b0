#include "cli/live_block.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr int kWidestBar = 40;

bool is_bounded(const Progress& progress) { return std::isfinite(progress.budget); }

/// Of the time, or of the trials when there is no bound on the time.
double share_done(const Progress& progress) {
  if (is_bounded(progress) && progress.budget > 0) {
    return std::clamp(progress.used / progress.budget, 0.0, 1.0);
  }
  if (!progress.run_cap || *progress.run_cap <= 0) return 0;
  const TrialCounts& counts = progress.counts;
  const int done =
      counts.complete + counts.stopped + counts.failed + counts.out_of_memory + counts.diverged;
  return std::clamp(done / static_cast<double>(*progress.run_cap), 0.0, 1.0);
}

std::string time_text(const Progress& progress) {
  if (!is_bounded(progress)) return clock_time(progress.used);
  return fmt::format("{} left", clock_time(std::ceil(progress.budget - progress.used)));
}

std::string repeat(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::string bar_line(const Progress& progress, const Look& look) {
  const double share = share_done(progress);
  const std::string percent = fmt::format(" {:3.0f}%  ", std::floor(share * 100));
  std::string after = time_text(progress);
  if (progress.phase != "running" && !progress.phase.empty()) after += "  " + progress.phase;
  const int room = look.width - display_width(percent) - display_width(after);
  const int width = std::clamp(room, 0, kWidestBar);
  const int full = static_cast<int>(std::lround(share * width));
  const std::string done = repeat(look.unicode ? "━" : "#", full);
  const std::string rest = repeat(look.unicode ? "─" : "-", width - full);
  return draw_line(
      {{done, Ink::kGreen}, {rest, Ink::kDim}, {percent, Ink::kPlain}, {after, Ink::kBold}}, look);
}

/// "step 3/40"; "step 3" when what it is of is not known, or was passed.
std::string step_text(double step, double of) {
  if (step <= 0) return "";
  if (of < step) return fmt::format("step {}", brief_number(step));
  return fmt::format("step {}/{}", brief_number(step), brief_number(of));
}

std::vector<std::string> best_lines(const Progress& progress, const Look& look) {
  if (!progress.best) return {draw_line({{"best  none yet", Ink::kDim}}, look)};
  const BestTrial& best = *progress.best;
  std::string where = fmt::format("  trial {}", best.trial);
  if (best.step > 0) where += "  " + step_text(best.step, progress.full_length);
  return {draw_line({{"best  ", Ink::kDim},
                     {fmt::format("{} {}", progress.metric, brief_number(best.score)), Ink::kBold},
                     {where, Ink::kPlain}},
                    look),
          draw_line({{"      ", Ink::kPlain}, {best.params, Ink::kCyan}}, look)};
}

/// "step 7/12     0.9712", and what to say of a trial that has no score yet.
std::string said_so_far(const RunningTrial& trial, double full_length) {
  constexpr double kStarting = 2;  // seconds
  const bool passed = trial.until > 0 && trial.step > trial.until;
  const double of = trial.until > 0 && !passed ? trial.until : full_length;
  if (trial.value) {
    return fmt::format("{}  {}", pad_right(step_text(trial.step, of), 12),
                       brief_number(*trial.value));
  }
  if (trial.seconds < kStarting) return "starts";
  return fmt::format("no score yet, {}", human_duration(std::floor(trial.seconds)));
}

std::string running_line(const RunningTrial& trial, bool first, double full_length,
                         const Look& look) {
  return draw_line({{first ? "run   " : "      ", Ink::kDim},
                    {pad_left(std::to_string(trial.trial), 4), Ink::kPlain},
                    {"  " + pad_right(said_so_far(trial, full_length), 23), Ink::kPlain},
                    {"  " + trial.params, Ink::kDim}},
                   look);
}

std::string counts_line(const Progress& progress, const Look& look) {
  const TrialCounts& counts = progress.counts;
  const int failed = counts.failed + counts.out_of_memory + counts.diverged;
  return draw_line({{fmt::format("{} done  {} stopped  {} paused  ", counts.complete,
                                 counts.stopped, counts.paused),
                     Ink::kDim},
                    {fmt::format("{} failed", failed), failed > 0 ? Ink::kRed : Ink::kDim}},
                   look);
}

}  // namespace

std::vector<std::string> draw_live(const Progress& progress, const Look& look, int most_lines) {
  std::vector<std::string> lines{bar_line(progress, look)};
  for (std::string& line : best_lines(progress, look)) lines.push_back(std::move(line));
  const int room = std::max(1, most_lines - static_cast<int>(lines.size()) - 1);
  const int count = static_cast<int>(progress.running.size());
  const int shown = count <= room ? count : room - 1;
  for (int i = 0; i < shown; ++i) {
    lines.push_back(running_line(progress.running[static_cast<std::size_t>(i)], i == 0,
                                 progress.full_length, look));
  }
  if (shown < count) {
    lines.push_back(
        draw_line({{fmt::format("      and {} more trials", count - shown), Ink::kDim}}, look));
  }
  lines.push_back(counts_line(progress, look));
  return lines;
}

}  // namespace hpopt
