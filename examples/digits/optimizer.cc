#include "optimizer.h"

#include <cmath>

namespace digits {

Optimizer::Optimizer(const OptimizerOptions& options, Eigen::Index parameter_count)
    : options_(options) {
  state_.first = Eigen::VectorXf::Zero(parameter_count);
  if (options.method == Method::kAdam) state_.second = Eigen::VectorXf::Zero(parameter_count);
}

void Optimizer::step(float learning_rate, const Eigen::VectorXf& gradient,
                     Eigen::VectorXf& parameters) {
  ++state_.steps;
  if (options_.weight_decay > 0.0F) parameters *= 1.0F - learning_rate * options_.weight_decay;
  if (options_.method == Method::kSgd) {
    state_.first = options_.momentum * state_.first + gradient;
    parameters -= learning_rate * state_.first;
    return;
  }
  // Kingma & Ba 2015 (arXiv:1412.6980), algorithm 1, in the order of operations of section 2.
  constexpr float kBeta1 = 0.9F;
  constexpr float kBeta2 = 0.999F;
  constexpr float kEpsilon = 1e-8F;
  state_.first = kBeta1 * state_.first + (1.0F - kBeta1) * gradient;
  state_.second = kBeta2 * state_.second + (1.0F - kBeta2) * gradient.cwiseAbs2();
  const auto steps = static_cast<float>(state_.steps);
  const float rate =
      learning_rate * std::sqrt(1.0F - std::pow(kBeta2, steps)) / (1.0F - std::pow(kBeta1, steps));
  parameters.array() -= rate * state_.first.array() / (state_.second.array().sqrt() + kEpsilon);
}

}  // namespace digits
