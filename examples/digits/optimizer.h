#pragma once

// Stochastic gradient descent with momentum, and Adam; both with decoupled weight decay.

#include <cstdint>

#include <Eigen/Core>

namespace digits {

enum class Method : std::uint8_t { kSgd, kAdam };

struct OptimizerOptions {
  Method method = Method::kSgd;
  float momentum = 0.9F;      // of SGD; Adam's own decay rates are 0.9 and 0.999
  float weight_decay = 0.0F;  // a step first shrinks the parameters by lr * weight_decay
                              // (Loshchilov & Hutter 2019, arXiv:1711.05101, algorithms 1 and 2)
};

// What a checkpoint must hold for the next step to be the same one.
struct OptimizerState {
  std::int64_t steps = 0;
  Eigen::VectorXf first;   // SGD: the velocity; Adam: the mean of gradients
  Eigen::VectorXf second;  // Adam: the mean of squared gradients; else empty
};

class Optimizer {
 public:
  Optimizer(const OptimizerOptions& options, Eigen::Index parameter_count);

  void step(float learning_rate, const Eigen::VectorXf& gradient, Eigen::VectorXf& parameters);

  const OptimizerState& state() const { return state_; }
  OptimizerState& state() { return state_; }

 private:
  OptimizerOptions options_;
  OptimizerState state_;
};

}  // namespace digits
