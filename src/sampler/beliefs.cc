#include "sampler/beliefs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "model/normal.h"

namespace hpopt {
namespace {

constexpr double kDecades = 0.5;  // default spreads
constexpr double kRange = 0.15;
constexpr double kOthers = 0.5;
constexpr double kEven = 0.05;      // the even part
constexpr double kFullTrials = 10;  // beta of piBO: a belief weighs 1 after so many
constexpr int kMostDraws = 100;

double decades_of(const Domain& domain) {
  const auto* real = std::get_if<FloatDomain>(&domain);
  const auto* whole = std::get_if<IntDomain>(&domain);
  if (real != nullptr && real->scale == Scale::kLog) return std::log10(real->high / real->low);
  if (whole == nullptr || whole->scale != Scale::kLog) return 0;
  return std::log10(static_cast<double>(whole->high) / static_cast<double>(whole->low));
}

double spread_of(const Domain& domain, const Belief& belief) {
  if (is_categorical(domain)) return belief.spread.value_or(kOthers);
  const double decades = decades_of(domain);
  return decades > 0 ? belief.spread.value_or(kDecades) / decades : belief.spread.value_or(kRange);
}

std::vector<double> choices_of(const Domain& domain) {
  std::vector<double> choices;
  if (!is_categorical(domain)) return choices;
  for (std::uint64_t i = 0; i < *cardinality(domain); ++i) {
    choices.push_back(to_unit(domain, nth_value(domain, i)));
  }
  return choices;
}

}  // namespace

Beliefs::Beliefs(const Space& space, const Layout& layout)
    : parameters_(space.parameters().size()) {
  for (std::size_t i = 0; i < space.parameters().size(); ++i) {
    const Parameter& parameter = space.parameters()[i];
    if (!parameter.belief) continue;
    std::vector<double> row(space.parameters().size(), std::numeric_limits<double>::quiet_NaN());
    row[i] = to_unit(parameter.domain, parameter.belief->at);
    std::vector<double> point;
    layout.append_point(row, point);
    point = layout.coordinates(std::move(point));
    const auto has_place = std::find_if_not(
        point.begin(), point.end(), [](double coordinate) { return std::isnan(coordinate); });
    if (has_place == point.end()) continue;  // it cannot vary
    axes_.push_back({static_cast<std::size_t>(has_place - point.begin()), i, *has_place,
                     spread_of(parameter.domain, *parameter.belief), choices_of(parameter.domain)});
  }
}

std::vector<double> Beliefs::drawn(Rng& rng) const {
  std::vector<double> row(parameters_);
  for (double& coordinate : row) coordinate = rng.uniform();
  for (const Axis& axis : axes_) {
    double& coordinate = row[axis.parameter];
    if (!axis.choices.empty()) {
      const bool is_other = rng.uniform() < axis.spread;
      const auto choice =
          is_other ? rng.below(axis.choices.size()) : static_cast<std::uint64_t>(axis.at);
      coordinate = axis.choices[choice];
      continue;
    }
    for (int draw = 0; draw < kMostDraws; ++draw) {
      const double near = axis.at + axis.spread * rng.normal();
      if (near < 0 || near > 1) continue;
      coordinate = near;
      break;
    }
  }
  return row;
}

Beliefs::Density Beliefs::Axis::density(double coordinate) const {
  if (std::isnan(coordinate)) return {0, 0};
  if (!choices.empty()) {
    const auto count = static_cast<double>(choices.size());
    const double even = spread / count;
    return {std::log(count * (coordinate == at ? 1 - spread + even : even)), 0};
  }
  const double away = (coordinate - at) / spread;
  const double mass = normal_mass(-at / spread, (1 - at) / spread);
  const double bell = (1 - kEven) * std::exp(-0.5 * away * away) /
                      (spread * mass * std::sqrt(2 * std::numbers::pi));
  return {std::log(bell + kEven), -bell / (bell + kEven) * away / spread};
}

double belief_weight(std::size_t trials) {
  return kFullTrials / static_cast<double>(std::max<std::size_t>(trials, 1));
}

BeliefReward::BeliefReward(const Beliefs& beliefs, const Layout& layout, std::size_t trials)
    : beliefs_(beliefs), width_(layout.size()), weight_(belief_weight(trials)) {}

void BeliefReward::add(std::span<const double> rows, std::span<double> worths) const {
  for (std::size_t i = 0; i < worths.size(); ++i) {
    for (const Beliefs::Axis& axis : beliefs_.axes()) {
      worths[i] += weight_ * axis.density(rows[i * width_ + axis.axis]).log;
    }
  }
}

double BeliefReward::add_slope(std::span<const double> row, std::span<double> slope) const {
  double worth = 0;
  for (const Beliefs::Axis& axis : beliefs_.axes()) {
    const Beliefs::Density density = axis.density(row[axis.axis]);
    worth += weight_ * density.log;
    slope[axis.axis] += weight_ * density.slope;
  }
  return worth;
}

}  // namespace hpopt
