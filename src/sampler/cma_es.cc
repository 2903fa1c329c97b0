#include "sampler/cma_es.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace hpopt {
namespace {

constexpr const char* kName = "cmaes";
constexpr std::size_t kKept = 16;   // generations to which a late result can go back cheaply
constexpr double kBestShare = 0.1;  // of the first observations, whose spread is the start's
constexpr std::size_t kFewestBest = 3;
constexpr double kLeastSigma = 0.05;
constexpr double kSigma = 0.3;         // of the unit interval, as the tutorial has it
constexpr double kNoProgress = 1e-12;  // of the losses' magnitude
constexpr std::size_t kMostDoublings = 10;

// Streams besides those of the proposals.
constexpr std::uint64_t kOfLatents = 0x6c6174656e7473;
constexpr std::uint64_t kOfRestarts = 0x72657374617274;

/// Root of the mean square over all axes and points.
double spread_of(const std::vector<std::vector<double>>& points) {
  double sum = 0;
  double count = 0;
  for (std::size_t axis = 0; axis < points.front().size(); ++axis) {
    std::vector<double> values;
    for (const auto& point : points) {
      if (!std::isnan(point[axis])) values.push_back(point[axis]);
    }
    if (values.size() < 2) continue;
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values) mean += value / n;
    for (const double value : values) sum += (value - mean) * (value - mean) * n / (n - 1);
    count += n;
  }
  return count > 0 ? std::sqrt(sum / count) : kSigma;
}

}  // namespace

void CmaEs::read(const Space& space, const History& history) {
  if (!points_.sync(space, history)) return;
  latents_ = std::make_unique<const Latents>(points_.layout());
  progress_.clear();
  seen_.clear();
  own_ = 1;
}

std::size_t CmaEs::population() const { return Cma::usual_population(points_.layout().size()); }

/// Ascending; none: not enough is known.
std::optional<std::vector<Standing>> CmaEs::observed(const History& history) const {
  const Standings& standings = history.known();
  const auto level = standings.level_to_learn_from(population());
  if (!level) return std::nullopt;
  std::vector<double> losses(history.observations(), std::numeric_limits<double>::quiet_NaN());
  const auto failures = standings.ranked(0).subspan(standings.successes(0));
  for (const Standing& failure : failures) losses[failure.trial - 1] = failure.loss;
  for (const Standing& standing : standings.ranked(*level)) {
    losses[standing.trial - 1] = standing.loss;
  }
  std::vector<Standing> observed;
  for (TrialId id = 1; id <= losses.size(); ++id) {
    if (!std::isnan(losses[id - 1])) observed.push_back({losses[id - 1], id});
  }
  return observed;
}

/// How many were tried before the first proposal, all so far if there was none; one generation at
/// least.
std::size_t CmaEs::before_own(const History& history, const std::vector<Standing>& observed) {
  while (own_ <= history.observations() && !history.proposed_by(kName, own_)) ++own_;
  const auto end = std::find_if(observed.begin(), observed.end(), [this](const Standing& standing) {
    return standing.trial >= own_;
  });
  const auto before = static_cast<std::size_t>(end - observed.begin());
  return std::min(observed.size(), std::max(before, population()));
}

/// What a late result changed is thought over again.
void CmaEs::forget_unlike(const std::vector<Standing>& observed) {
  const auto [unlike, other] =
      std::mismatch(seen_.begin(), seen_.end(), observed.begin(), observed.end());
  const auto alike = static_cast<std::size_t>(unlike - seen_.begin());
  while (!progress_.empty() && progress_.back().seen > alike) progress_.pop_back();
}

CmaEs::Progress CmaEs::beginning(std::span<const Standing> first) const {
  std::vector<Standing> ranked(first.begin(), first.end());
  std::sort(ranked.begin(), ranked.end());
  if (ranked.front().loss == ranked.back().loss) {
    return {Evolution(*latents_, anywhere(0), kSigma, population()), first.size()};
  }
  const auto share = static_cast<std::size_t>(kBestShare * static_cast<double>(ranked.size()));
  std::vector<std::vector<double>> best;
  for (const Standing& standing :
       std::span(ranked).first(std::clamp(share, kFewestBest, population()))) {
    const auto point = points_.of(standing.trial);
    const auto coordinates = points_.layout().coordinates({point.begin(), point.end()});
    std::vector<double>& numbers = best.emplace_back();
    for (const std::size_t axis : latents_->numeric()) numbers.push_back(coordinates[axis]);
  }
  const double sigma = std::clamp(spread_of(best), kLeastSigma, kSigma);
  Evolution evolution(*latents_, points_.of(ranked.front().trial), sigma, population());
  if (first.size() > population()) teach(evolution, ranked, first.size());
  return {std::move(evolution), first.size()};
}

/// The best of so many, in the order of their ranks.
void CmaEs::teach(Evolution& evolution, std::span<const Standing> ranked, std::size_t seen) const {
  std::vector<std::span<const double>> points;
  for (const Standing& standing : ranked.first(evolution.population())) {
    points.push_back(points_.of(standing.trial));
  }
  Rng rng(seed_ ^ kOfLatents, seen);
  evolution.learn(points, rng);
}

std::vector<double> CmaEs::anywhere(std::size_t restarts) const {
  Rng rng(seed_ ^ kOfRestarts, restarts);
  std::vector<double> point;
  for (const ParzenAxis& axis : points_.layout().axes()) {
    const double unit = rng.uniform();
    point.push_back(axis.cells.empty() ? unit
                                       : std::floor(unit * static_cast<double>(axis.cells.size())));
  }
  return point;
}

Evolution CmaEs::restarted(std::size_t restarts) const {
  return {*latents_, anywhere(restarts), kSigma,
          population() << std::min(restarts, kMostDoublings)};
}

CmaEs::Progress CmaEs::next(const Progress& before, std::span<const Standing> generation) const {
  std::vector<Standing> ranked(generation.begin(), generation.end());
  std::sort(ranked.begin(), ranked.end());
  Progress after = before;
  teach(after.evolution, ranked, before.seen);
  after.seen += generation.size();
  ++after.generation;
  after.best_losses.push_back(ranked.front().loss);
  const bool is_flat = ranked.front().loss == ranked.back().loss;
  if (is_flat || after.evolution.is_spent() || has_stagnated(after)) {
    after.evolution = restarted(++after.restarts);
    after.best_losses.clear();
  }
  return after;
}

/// The tutorial's TolHistFun.
bool CmaEs::has_stagnated(const Progress& progress) const {
  const auto axes = static_cast<double>(points_.layout().size());
  const auto population = static_cast<double>(progress.evolution.population());
  const auto window = 10 + static_cast<std::size_t>(std::ceil(30 * axes / population));
  const std::vector<double>& best = progress.best_losses;
  if (best.size() < window) return false;
  const auto [least, most] =
      std::minmax_element(best.end() - static_cast<std::ptrdiff_t>(window), best.end());
  return *most == *least ||
         *most - *least <= kNoProgress * std::max(std::abs(*least), std::abs(*most));
}

void CmaEs::replay(const std::vector<Standing>& observed, std::size_t before) {
  forget_unlike(observed);
  if (progress_.empty() || before != before_) {
    progress_.clear();
    progress_.push_back(beginning(std::span(observed).first(before)));
  }
  before_ = before;
  while (true) {
    const Progress& newest = progress_.back();
    const std::size_t size = newest.evolution.population();
    if (observed.size() - newest.seen < size) break;
    progress_.push_back(next(newest, std::span(observed).subspan(newest.seen, size)));
    if (progress_.size() > kKept) progress_.pop_front();
  }
  seen_ = observed;
}

std::optional<Proposal> CmaEs::propose(const Space& space, const History& history, Rng& rng) {
  read(space, history);
  const auto known = observed(history);
  if (!known || points_.layout().size() == 0) return start_.propose(space, history, rng);
  replay(*known, before_own(history, *known));
  const Progress& progress = progress_.back();
  auto found = untried_.find(space, history, rng, [&](std::size_t) {
    return points_.layout().row_of(progress.evolution.draw(rng));
  });
  if (!found) return std::nullopt;
  return Proposal{
      std::move(*found), kName,
      fmt::format("drawn from where the best of {} trials lie: generation {} of {}{}",
                  progress.seen, progress.generation + 1, progress.evolution.population(),
                  progress.restarts > 0 ? fmt::format(", restarted {} times", progress.restarts)
                                        : std::string())};
}

}  // namespace hpopt
