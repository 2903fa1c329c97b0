#include "sampler/acquisition.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "linalg/bounded_lbfgs.h"
#include "linalg/sobol.h"

namespace hpopt {
namespace {

constexpr double kSame = 1e-9;          // reals that are nearer count as one
constexpr std::size_t kMostCells = 64;  // of an axis that are tried in turn

/// Coordinates of all axes, also of those that are not active.
struct Candidate {
  std::vector<double> point;
  double value = -std::numeric_limits<double>::infinity();  ///< The reward.
};

bool is_better(const Candidate& a, const Candidate& b) { return a.value > b.value; }

class Search {
 public:
  Search(const Rewards& rewards, const AcquisitionArea& area, Rng& rng)
      : rewards_(rewards), area_(area), layout_(area.layout), rng_(rng) {}

  void rank(std::vector<Candidate>& candidates) const {
    evaluate(candidates);
    std::stable_sort(candidates.begin(), candidates.end(), is_better);
  }

  void improve(Candidate& candidate, int rounds) const {
    for (int round = 0; round < rounds; ++round) {
      const double before = candidate.value;
      improve_reals(candidate);
      if (!improve_cells(candidate)) return;
      if (!(candidate.value > before)) return;
    }
  }

 private:
  void evaluate(std::vector<Candidate>& candidates) const {
    std::vector<double> rows;
    rows.reserve(candidates.size() * layout_.size());
    for (Candidate& candidate : candidates) {
      if (area_.mend) candidate.point = area_.mend(candidate.point);
      append_row(candidate.point, rows);
    }
    std::vector<double> worths(candidates.size(), 0.0);
    for (const auto& reward : rewards_) reward->add(rows, worths);
    for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].value = worths[i];
  }

  void append_row(const std::vector<double>& point, std::vector<double>& rows) const {
    const std::vector<double> row = layout_.coordinates(layout_.gated(point));
    rows.insert(rows.end(), row.begin(), row.end());
  }

  void improve_reals(Candidate& candidate) const {
    const std::vector<std::size_t> reals = active_reals(candidate.point);
    if (reals.empty()) return;
    std::vector<double> start;
    start.reserve(reals.size());
    for (const std::size_t axis : reals) start.push_back(candidate.point[axis]);
    const std::vector<double> zeros(reals.size(), 0.0);
    const std::vector<double> ones(reals.size(), 1.0);
    BoundedLbfgs search(start, zeros, ones, {.most_evaluations = 30, .flat = 1e-4, .still = 1e-6});
    while (!search.done()) {
      std::vector<double> point = candidate.point;
      for (std::size_t i = 0; i < reals.size(); ++i) point[reals[i]] = search.point()[i];
      std::vector<double> row;
      append_row(point, row);
      std::vector<double> slope(layout_.size(), 0.0);
      double value = 0;
      for (const auto& reward : rewards_) value += reward->add_slope(row, slope);
      std::vector<double> downhill;
      downhill.reserve(reals.size());
      for (const std::size_t axis : reals) downhill.push_back(-slope[axis]);
      search.tell(-value, downhill);
    }
    std::vector<Candidate> found{{candidate.point}};
    for (std::size_t i = 0; i < reals.size(); ++i) found[0].point[reals[i]] = search.best()[i];
    evaluate(found);
    if (is_better(found[0], candidate)) candidate = found[0];
  }

  std::vector<std::size_t> active_reals(const std::vector<double>& point) const {
    const std::vector<double> gated = layout_.gated(point);
    std::vector<std::size_t> reals;
    for (std::size_t axis = 0; axis < layout_.size(); ++axis) {
      if (layout_.axes()[axis].cells.empty() && !std::isnan(gated[axis])) reals.push_back(axis);
    }
    return reals;
  }

  /// Each discrete axis in turn gets its best value. Whether there is one.
  bool improve_cells(Candidate& candidate) const {
    bool any = false;
    for (std::size_t axis = 0; axis < layout_.size(); ++axis) {
      const std::size_t cells = layout_.axes()[axis].cells.size();
      if (cells == 0) continue;
      any = true;
      std::vector<Candidate> others;
      for (const std::size_t cell : cells_to_try(axis)) {
        if (static_cast<double>(cell) == candidate.point[axis]) continue;
        others.push_back({candidate.point});
        others.back().point[axis] = static_cast<double>(cell);
      }
      if (others.empty()) continue;
      evaluate(others);
      const auto best = std::min_element(others.begin(), others.end(), is_better);
      if (is_better(*best, candidate)) candidate = *best;
    }
    return any;
  }

  /// All of them; of very many those of the best points and some others, each time others.
  std::vector<std::size_t> cells_to_try(std::size_t axis) const {
    const std::size_t cells = layout_.axes()[axis].cells.size();
    std::vector<std::size_t> chosen(cells);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    if (cells <= kMostCells) return chosen;
    chosen.clear();
    for (const std::vector<double>& point : area_.near) {
      if (!std::isnan(point[axis])) chosen.push_back(static_cast<std::size_t>(point[axis]));
    }
    while (chosen.size() < kMostCells) chosen.push_back(rng_.below(cells));
    return chosen;
  }

  const Rewards& rewards_;
  const AcquisitionArea& area_;
  const Layout& layout_;
  Rng& rng_;
};

double drawn(const ParzenAxis& axis, double unit) {
  const std::size_t cells = axis.cells.size();
  if (cells == 0) return unit;
  const auto cell = static_cast<std::size_t>(unit * static_cast<double>(cells));
  return static_cast<double>(std::min(cell, cells - 1));
}

/// From a point of the unit cube.
std::vector<double> drawn(const Layout& layout, std::vector<double> unit) {
  for (std::size_t axis = 0; axis < layout.size(); ++axis) {
    unit[axis] = drawn(layout.axes()[axis], unit[axis]);
  }
  return unit;
}

double moved(const ParzenAxis& axis, double coordinate, double spread, Rng& rng) {
  const std::size_t cells = axis.cells.size();
  if (cells == 0) return std::clamp(coordinate + spread * rng.normal(), 0.0, 1.0);
  if (!axis.ordered) return static_cast<double>(rng.below(cells));
  const double step = rng.uniform() < 0.5 ? -1 : 1;
  return std::clamp(coordinate + step, 0.0, static_cast<double>(cells - 1));
}

/// Near `point`: few axes change, by much or little.
std::vector<double> sprayed(const Layout& layout, std::vector<double> point, Rng& rng) {
  constexpr double kChanged = 3;  // axes, in the mean
  constexpr double kWidest = 0.3;
  constexpr double kDecades = 3;
  const double spread = kWidest * std::pow(10, -kDecades * rng.uniform());
  const double share = kChanged / static_cast<double>(layout.size());
  for (std::size_t axis = 0; axis < layout.size(); ++axis) {
    const bool was_active = !std::isnan(point[axis]);
    if (!was_active) {
      point[axis] = drawn(layout.axes()[axis], rng.uniform());
    } else if (rng.uniform() < share) {
      point[axis] = moved(layout.axes()[axis], point[axis], spread, rng);
    }
  }
  return point;
}

/// The mean difference of two points' coordinates, 1 where one of them is not active or cells
/// differ.
double distance(const Layout& layout, const Candidate& a, const Candidate& b) {
  double sum = 0;
  for (std::size_t axis = 0; axis < layout.size(); ++axis) {
    const double away = std::abs(a.point[axis] - b.point[axis]);
    sum += layout.axes()[axis].cells.empty() ? away : std::min(away, 1.0);
  }
  return sum / static_cast<double>(layout.size());
}

/// Of ranked candidates the best, and then always the best that is not near one of those.
std::vector<std::size_t> apart(const Layout& layout, const std::vector<Candidate>& ranked,
                               std::size_t count) {
  constexpr double kApart = 0.03;
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < ranked.size() && chosen.size() < count; ++i) {
    const bool is_near = std::any_of(chosen.begin(), chosen.end(), [&](std::size_t other) {
      return distance(layout, ranked[i], ranked[other]) < kApart;
    });
    if (!is_near) chosen.push_back(i);
  }
  return chosen;
}

bool are_same(const Layout& layout, const Candidate& a, const Candidate& b) {
  const std::vector<double> left = layout.gated(a.point);
  const std::vector<double> right = layout.gated(b.point);
  for (std::size_t axis = 0; axis < layout.size(); ++axis) {
    if (std::isnan(left[axis]) != std::isnan(right[axis])) return false;
    if (std::abs(left[axis] - right[axis]) > kSame) return false;
  }
  return true;
}

}  // namespace

std::vector<std::vector<double>> most_rewarding(const Rewards& rewards, const AcquisitionArea& area,
                                                std::uint64_t seed, Rng& rng,
                                                const AcquisitionOptions& options) {
  const Layout& layout = area.layout;
  std::vector<Candidate> candidates;
  const Sobol sobol(layout.size(), seed);
  for (std::size_t i = 0; i < options.quasi_random; ++i) {
    candidates.push_back({drawn(layout, sobol.point(i))});
  }
  for (std::size_t i = 0; i < options.sprayed && !area.near.empty(); ++i) {
    candidates.push_back({sprayed(layout, area.near[i % area.near.size()], rng)});
  }
  const Search search(rewards, area, rng);
  search.rank(candidates);
  for (const std::size_t i : apart(layout, candidates, options.starts)) {
    search.improve(candidates[i], options.rounds);
  }
  std::stable_sort(candidates.begin(), candidates.end(), is_better);
  std::vector<std::vector<double>> points;
  const Candidate* last = nullptr;
  for (const Candidate& candidate : candidates) {
    if (last != nullptr && are_same(layout, *last, candidate)) continue;
    points.push_back(layout.gated(candidate.point));
    last = &candidate;
  }
  return points;
}

}  // namespace hpopt
