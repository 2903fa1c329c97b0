#include "sampler/gp.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "model/gaussian_process.h"
#include "model/output_transform.h"
#include "sampler/acquisition.h"
#include "sampler/expected_improvement.h"
#include "sampler/gp_model.h"

namespace hpopt {
namespace {

constexpr std::size_t kNear = 8;  // best rows around which points are sprayed
// Trials under way whose results are guessed. Of more, the oldest are kept clear of all the same,
// and a proposal costs little more than without them.
constexpr std::size_t kMostBelieved = 64;
constexpr std::size_t kMostStart = 12;  // quasi-random trials before anything is believed

std::vector<GpAxis> axes_of(const Layout& layout) {
  std::vector<GpAxis> axes;
  for (const ParzenAxis& axis : layout.axes()) {
    axes.push_back({.is_category = !axis.cells.empty() && !axis.ordered});
  }
  return axes;
}

std::size_t needed(std::size_t axes) { return std::min(axes + 1, kMostStart); }

std::vector<std::size_t> best_first(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

/// Whether what happens at the row is known, or will be, from one of the rows.
bool is_near(std::span<const double> row, std::span<const double> rows) {
  constexpr double kNothingNew = 1e-4;  // of an axis
  const auto differs = [](double x, double y) {
    return std::isnan(x) != std::isnan(y) || std::abs(x - y) > kNothingNew;
  };
  for (; !rows.empty(); rows = rows.subspan(row.size())) {
    if (std::equal(row.begin(), row.end(), rows.begin(), std::not_fn(differs))) return true;
  }
  return false;
}

/// The newest of the rows, which have no loss, count as if they had what is expected of them, or
/// `least` where that is less.
void believe(GaussianProcess& process, std::span<const double> unseen, double least) {
  if (unseen.empty()) return;
  const std::size_t width = process.kernel().width();
  const std::size_t count = std::min(unseen.size() / width, kMostBelieved);
  const auto rows = unseen.last(count * width);
  std::vector<double> means(count);
  std::vector<double> variances(count);
  process.predict(rows, means, variances);
  for (double& mean : means) mean = std::max(mean, least);
  process.append(rows, means);
}

}  // namespace

void Gp::read(const Space& space, const History& history) {
  if (points_.sync(space, history)) beliefs_.emplace(space, layout());
}

void Gp::append_row(TrialId trial, std::vector<double>& rows) const {
  const std::span<const double> point = points_.of(trial);
  const std::vector<double> row = layout().coordinates({point.begin(), point.end()});
  rows.insert(rows.end(), row.begin(), row.end());
}

std::vector<double> Gp::pending_rows(const History& history) const {
  std::vector<double> rows;
  for (const TrialId trial : history.pending()) append_row(trial, rows);
  return rows;
}

/// None: not enough is known.
std::optional<Gp::Data> Gp::collect(const History& history) const {
  const Standings& standings = history.known();
  const auto level = standings.level_to_learn_from(needed(layout().size()));
  if (!level) return std::nullopt;
  Data data{.level = *level};
  const auto ranked = standings.ranked(data.level).first(standings.successes(data.level));
  std::vector<double> losses;
  for (const Standing& standing : ranked.first(std::min(ranked.size(), options_.most_rows))) {
    if (!history.has_row(standing.trial)) continue;
    data.trials.push_back(standing.trial);
    losses.push_back(standing.loss);
    append_row(standing.trial, data.rows);
  }
  data.values = standardized(losses);
  const auto [least, most] = std::minmax_element(data.values.begin(), data.values.end());
  if (*least == *most) return std::nullopt;  // nothing is to be learnt from them
  return data;
}

/// Empty: the space has no constraints.
std::function<std::vector<double>(const std::vector<double>&)> Gp::mending(
    const Space& space) const {
  if (space.constraints().empty()) return {};
  return [this, &space](const std::vector<double>& point) {
    const auto mended = space.nearest_feasible(layout().row_of(layout().gated(point)));
    if (!mended) return point;
    std::vector<double> allowed;
    layout().append_point(space.to_unit(*mended), allowed);
    for (std::size_t axis = 0; axis < point.size(); ++axis) {
      if (std::isnan(allowed[axis])) allowed[axis] = point[axis];
    }
    return allowed;
  };
}

/// Of the trials that have come to something an even share.
Outcomes Gp::outcomes(const History& history) const {
  const auto ranked = history.known().ranked(0);
  const std::size_t successes = history.known().successes(0);
  Outcomes outcomes;
  const auto take = [&](std::span<const Standing> from, bool failed) {
    const std::size_t count = std::min(from.size(), options_.most_outcomes);
    for (std::size_t i = 0; i < count; ++i) {
      const TrialId trial = from[i * from.size() / count].trial;
      if (!history.has_row(trial)) continue;
      append_row(trial, outcomes.rows);
      outcomes.failed.push_back(failed);
    }
  };
  take(ranked.first(successes), false);
  take(ranked.subspan(successes), true);
  return outcomes;
}

/// As the history has it, or fitted anew: then `model` is what to keep.
GpModel Gp::fitted(const History& history, const GpKernel& kernel, const Data& data,
                   const Outcomes& outcomes, std::string& model) const {
  const std::size_t trials = data.trials.size() + outcomes.failures();
  const GpParameters prior = prior_parameters(layout().size());
  const auto kept = read_model(history.model(), layout().size());
  if (kept &&
      static_cast<double>(trials) < (1 + options_.refit) * static_cast<double>(kept->trials)) {
    return *kept;
  }
  const std::size_t count = std::min(data.trials.size(), options_.most_fitted);
  GpModel fitted{trials, fit_parameters(kernel, std::span(data.rows).first(count * layout().size()),
                                        std::span(data.values).first(count),
                                        kept ? kept->parameters : prior, options_.evaluations)};
  if (outcomes.failures() > 0) {
    const bool has_start = kept && kept->success;
    fitted.success =
        fit_success(kernel, outcomes, has_start ? *kept->success : prior, options_.evaluations);
  }
  model = write_model(fitted);
  return fitted;
}

Rewards Gp::rewards(const GaussianProcess& process, double best, const GpModel& known,
                    const Outcomes& seen, std::size_t trials) const {
  Rewards rewards;
  rewards.push_back(std::make_unique<ExpectedImprovement>(process, best));
  if (seen.failures() > 0) {
    const GpParameters fitted = known.success.value_or(prior_parameters(layout().size()));
    rewards.push_back(std::make_unique<Success>(process.kernel(), fitted, seen));
  }
  if (!beliefs_->empty()) {
    rewards.push_back(std::make_unique<BeliefReward>(*beliefs_, layout(), trials));
  }
  return rewards;
}

std::optional<Configuration> Gp::choose(const Space& space, const History& history,
                                        const Data& data, Rng& rng, std::string& model) const {
  const GpKernel kernel(axes_of(layout()), *options_.kernels);
  const Outcomes seen = outcomes(history);
  const GpModel known = fitted(history, kernel, data, seen, model);
  GaussianProcess process(kernel, known.parameters, data.rows, data.values);
  const std::vector<double> believed = process.believed();
  const auto order = best_first(believed);
  const double best = believed[order.front()];
  AcquisitionArea area{layout(), {}, mending(space)};
  for (const std::size_t i : std::span(order).first(std::min(kNear, order.size()))) {
    const std::span<const double> point = points_.of(data.trials[i]);
    area.near.emplace_back(point.begin(), point.end());
  }
  const std::vector<double> failed = seen.failed_rows(layout().size());
  const std::vector<double> pending = pending_rows(history);
  believe(process, failed, best);  // what promises more would draw others to where it failed
  believe(process, pending, -std::numeric_limits<double>::infinity());
  const Rewards worth = rewards(process, best, known, seen, history.observations());
  std::optional<Configuration> nearly_tried;
  for (const auto& point : most_rewarding(worth, area, rng.next(), rng)) {
    auto found = history.fresh(space.nearest_feasible(layout().row_of(point)));
    if (!found) continue;
    const std::vector<double> row = layout().coordinates(point);
    const bool is_new = !is_near(row, data.rows) && !is_near(row, failed) && !is_near(row, pending);
    if (is_new) return found;
    if (!nearly_tried) nearly_tried = std::move(found);
  }
  return nearly_tried;
}

std::optional<Proposal> Gp::propose(const Space& space, const History& history, Rng& rng) {
  read(space, history);
  const auto data = layout().size() > 0 ? collect(history) : std::nullopt;
  std::string model;
  auto found = data ? choose(space, history, *data, rng, model) : std::nullopt;
  if (!found) return start_.propose(space, history, rng);
  const double step = history.known().step(data->level);
  return Proposal{
      std::move(*found), "gp",
      fmt::format("the greatest improvement is expected here, by a Gaussian process of "
                  "{} trials{}",
                  data->trials.size(), step > 0 ? fmt::format(" at step {}", step) : std::string()),
      std::move(model)};
}

}  // namespace hpopt
