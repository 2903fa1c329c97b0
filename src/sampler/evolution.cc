#include "sampler/evolution.h"

#include <algorithm>
#include <cmath>

namespace hpopt {
namespace {

constexpr double kNarrowest = 1e-10;  // deviation, of the unit interval
constexpr double kWorstCondition = 1e13;

}  // namespace

Evolution::Evolution(const Latents& latents, std::span<const double> start, double sigma,
                     std::size_t population)
    : latents_(&latents), population_(population) {
  std::vector<double> mean;
  for (const std::size_t axis : latents.numeric()) {
    mean.push_back(std::isnan(start[axis]) ? 0.5 : latents.latent_of(axis, start[axis]));
  }
  std::vector<std::vector<double>> priors;
  for (const std::size_t axis : latents.categories()) {
    priors.push_back(latents.layout().axes()[axis].cells);
  }
  if (!mean.empty()) numbers_.emplace(std::move(mean), sigma, population);
  if (!priors.empty()) categories_.emplace(std::move(priors), population);
}

std::vector<double> Evolution::draw(Rng& rng) const {
  std::vector<double> point(latents_->layout().size());
  const auto numeric = latents_->numeric();
  const std::vector<double> latents = numbers_ ? numbers_->draw(rng) : std::vector<double>();
  for (std::size_t k = 0; k < numeric.size(); ++k) {
    point[numeric[k]] = latents_->coordinate_of(numeric[k], latents[k]);
  }
  for (std::size_t k = 0; k < latents_->categories().size(); ++k) {
    point[latents_->categories()[k]] = static_cast<double>(categories_->draw(k, rng));
  }
  return latents_->layout().gated(std::move(point));
}

void Evolution::learn(std::span<const std::span<const double>> points, Rng& rng) {
  std::vector<double> rows;
  std::vector<double> choices;
  for (const std::span<const double> point : points) {
    if (numbers_) {
      const std::vector<double> latents = latents_->redrawn(*numbers_, point, rng);
      rows.insert(rows.end(), latents.begin(), latents.end());
    }
    for (const std::size_t axis : latents_->categories()) choices.push_back(point[axis]);
  }
  if (numbers_) {
    numbers_->learn(rows);
    latents_->keep_in_bounds(*numbers_);
  }
  if (categories_) categories_->learn(choices);
}

bool Evolution::is_spent() const {
  if (!numbers_) return false;
  if (numbers_->condition() > kWorstCondition) return true;
  bool has_reals = false;
  for (std::size_t k = 0; k < latents_->numeric().size(); ++k) {
    if (!latents_->is_real(latents_->numeric()[k])) continue;
    has_reals = true;
    if (numbers_->deviation(k) > kNarrowest) return false;
  }
  return has_reals;
}

}  // namespace hpopt
