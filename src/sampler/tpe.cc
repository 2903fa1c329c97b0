#include "sampler/tpe.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace hpopt {
namespace {

constexpr int kRounds = 4;  // of candidates, should all of a round be tried already
// Optuna's weights by age: the newest 25 weigh 1, older ones less and less.
constexpr std::size_t kNewest = 25;

bool holds(const std::vector<TrialId>& sorted, TrialId trial) {
  return std::binary_search(sorted.begin(), sorted.end(), trial);
}

double weight_by_age(TrialId trial, std::size_t trials) {
  if (trials <= kNewest || trial + kNewest > trials) return 1;
  const auto count = static_cast<double>(trials);
  const double ramp = count - static_cast<double>(kNewest);
  const double place = ramp > 1 ? (static_cast<double>(trial) - 1) / (ramp - 1) : 1;
  return 1 / count + place * (1 - 1 / count);
}

}  // namespace

/// None: not enough is known.
std::optional<Tpe::Split> Tpe::split(const History& history) const {
  const Standings& standings = history.known();
  const auto level = standings.level_to_learn_from(options_.enough);
  if (!level) return std::nullopt;
  Split split{.level = *level};
  const auto ranked = standings.ranked(split.level);
  const std::size_t count = standings.successes(split.level);
  const double share = std::ceil(options_.good_share * static_cast<double>(count));
  const std::size_t wanted = std::min(static_cast<std::size_t>(share), options_.most_good);
  for (const Standing& standing : ranked.first(wanted)) split.good.push_back(standing.trial);
  std::sort(split.good.begin(), split.good.end());
  split.bad = bad_of(history, split);
  return split;
}

/// Those that stand in the level and aren't good, failures, and those without a standing yet.
std::vector<TrialId> Tpe::bad_of(const History& history, const Split& split) const {
  const Standings& standings = history.known();
  const auto ranked = standings.ranked(split.level);
  if (ranked.size() > options_.most_bad) return thinned(history, split);
  std::vector<TrialId> bad = history.pending();
  for (const Standing& standing : ranked.subspan(split.good.size())) bad.push_back(standing.trial);
  if (split.level > 0) {
    const auto lowest = standings.ranked(0);
    for (const Standing& failure : lowest.subspan(standings.successes(0)))
      bad.push_back(failure.trial);
  }
  std::sort(bad.begin(), bad.end());
  if (bad.size() <= options_.most_bad) return bad;
  return thinned(history, split);
}

/// Those under way and the newest stay; of the others every so-many-th.
std::vector<TrialId> Tpe::thinned(const History& history, const Split& split) const {
  const Standings& standings = history.known();
  const auto is_bad = [&](TrialId trial) {
    if (!history.has_row(trial) || holds(split.good, trial)) return false;
    const auto reached = standings.reached(trial);
    return reached && (*reached >= split.level || std::isinf(*standings.loss(trial, 0)));
  };
  std::vector<TrialId> kept = history.pending();
  if (kept.size() > options_.most_bad / 2) {
    kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(options_.most_bad / 2));
  }
  const std::size_t older = history.observations() - std::min(history.observations(), kNewest);
  for (std::size_t i = older; i < history.observations(); ++i) {
    const auto trial = static_cast<TrialId>(i + 1);
    if (is_bad(trial)) kept.push_back(trial);
  }
  const std::size_t wanted = options_.most_bad - std::min(options_.most_bad, kept.size());
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::size_t end = older * (i + 1) / wanted;
    std::size_t place = older * i / wanted;
    while (place < end && !is_bad(static_cast<TrialId>(place + 1))) ++place;
    if (place < end) kept.push_back(static_cast<TrialId>(place + 1));
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

Parzen Tpe::density(const std::vector<TrialId>& trials, bool by_age) const {
  const std::size_t width = points_.layout().size();
  std::vector<double> observations;
  observations.reserve(trials.size() * width);
  std::vector<double> weights;
  for (TrialId trial : trials) {
    const std::span<const double> point = points_.of(trial);
    observations.insert(observations.end(), point.begin(), point.end());
    weights.push_back(by_age ? weight_by_age(trial, points_.size()) : 1);
  }
  return {points_.layout().axes(), observations, weights};
}

std::vector<double> Tpe::draw(const Space& space, const Parzen& good, Rng& rng) const {
  std::vector<double> point(points_.layout().size(), std::numeric_limits<double>::quiet_NaN());
  const std::size_t component = good.draw_component(rng);
  for (std::size_t axis = 0; axis < points_.layout().size(); ++axis) {
    if (points_.layout().is_active(axis, point)) point[axis] = good.draw(component, axis, rng);
  }
  if (space.constraints().empty()) return point;
  const auto mended = space.nearest_feasible(points_.layout().row_of(point));
  if (!mended) return point;
  std::vector<double> feasible;
  points_.layout().append_point(space.to_unit(*mended), feasible);
  return feasible;
}

std::vector<double> Tpe::draw_believed(const Space& space, Rng& rng) const {
  const std::vector<double> row = beliefs_->drawn(rng);
  const Configuration drawn = space.nearest_feasible(row).value_or(space.from_unit(row));
  std::vector<double> point;
  points_.layout().append_point(space.to_unit(drawn), point);
  return point;
}

std::vector<double> Tpe::believed(const History& history,
                                  std::span<const double> candidates) const {
  const std::size_t width = points_.layout().size();
  std::vector<double> worths(candidates.size() / width, 0.0);
  if (beliefs_->empty()) return worths;
  std::vector<double> rows;
  for (std::size_t i = 0; i < candidates.size(); i += width) {
    const auto point = candidates.subspan(i, width);
    const std::vector<double> row = points_.layout().coordinates({point.begin(), point.end()});
    rows.insert(rows.end(), row.begin(), row.end());
  }
  BeliefReward(*beliefs_, points_.layout(), history.observations()).add(rows, worths);
  return worths;
}

std::optional<Configuration> Tpe::best_untried(const Space& space, const History& history,
                                               const Parzen& good, const Parzen& bad,
                                               Rng& rng) const {
  const std::size_t width = points_.layout().size();
  const double share = std::min(0.5, belief_weight(history.observations()));
  std::vector<double> candidates;
  for (std::size_t i = 0; i < options_.candidates; ++i) {
    const bool by_belief = !beliefs_->empty() && rng.uniform() < share;
    const std::vector<double> point =
        by_belief ? draw_believed(space, rng) : draw(space, good, rng);
    candidates.insert(candidates.end(), point.begin(), point.end());
  }
  std::vector<double> log_good(options_.candidates);
  std::vector<double> log_bad(options_.candidates);
  good.log_density(candidates, log_good);
  bad.log_density(candidates, log_bad);
  std::vector<double> worths = believed(history, candidates);
  for (std::size_t i = 0; i < worths.size(); ++i) worths[i] += log_good[i] - log_bad[i];
  std::vector<std::size_t> order(options_.candidates);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return worths[a] > worths[b]; });
  for (std::size_t i : order) {
    const auto point = std::span(candidates).subspan(i * width, width);
    auto found = history.fresh(space.nearest_feasible(points_.layout().row_of(point)));
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Proposal> Tpe::propose(const Space& space, const History& history, Rng& rng) {
  const bool changed = points_.sync(space, history);
  if (changed || !beliefs_) beliefs_.emplace(space, points_.layout());
  const std::optional<Split> sides = split(history);
  if (!sides || rng.uniform() < options_.quasi_random) return start_.propose(space, history, rng);
  const Parzen good = density(sides->good, false);
  const Parzen bad = density(sides->bad, true);
  std::optional<Configuration> found;
  for (int round = 0; round < kRounds && !found; ++round) {
    found = best_untried(space, history, good, bad, rng);
  }
  if (!found) {
    found = untried_.find(space, history, rng, [&](std::size_t) {
      return points_.layout().row_of(draw(space, good, rng));
    });
  }
  if (!found) return std::nullopt;
  const Standings& standings = history.known();
  const double step = standings.step(sides->level);
  const char* whose = history.inherited() > 0 ? ", old ones included" : "";
  return Proposal{std::move(*found), "tpe",
                  fmt::format("like the {} best of {} trials{}{}, and unlike the others",
                              sides->good.size(), standings.ranked(sides->level).size(),
                              step > 0 ? fmt::format(" at step {}", step) : std::string(), whose)};
}

}  // namespace hpopt
