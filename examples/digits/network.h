#pragma once

// A multi-layer perceptron: `depth` hidden layers of `width` rectified units, a softmax at the end.
// A batch is a matrix with one column a sample, so that every layer is one matrix product.

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace digits {

struct Shape {
  Eigen::Index inputs = 0;
  Eigen::Index width = 0;
  int depth = 0;
  Eigen::Index outputs = 0;
};

struct Evaluation {
  double loss = 0;      // mean cross-entropy, in nats
  double accuracy = 0;  // share of samples whose largest output is their label
};

class Network {
 public:
  // Weights as in He et al. 2015 (arXiv:1502.01852, eq. 10): normal, variance 2 / fan-in. No bias.
  Network(const Shape& shape, std::uint64_t seed);

  // All weights and biases, layer after layer: what an optimizer moves and a checkpoint holds.
  const Eigen::VectorXf& parameters() const { return parameters_; }
  Eigen::VectorXf& parameters() { return parameters_; }

  // The mean cross-entropy of a batch, and its gradient with respect to parameters(). Hidden units
  // are dropped with probability `dropout` and the others scaled up (inverted dropout, Srivastava
  // et al. 2014, section 10).
  double loss_and_gradient(const Eigen::MatrixXf& inputs, std::span<const int> labels,
                           float dropout, std::mt19937_64& rng, Eigen::VectorXf& gradient) const;

  Evaluation evaluate(const Eigen::MatrixXf& inputs, std::span<const int> labels) const;

 private:
  // Where a layer's weights (rows x columns) and then its biases (rows) lie in parameters_.
  struct Layer {
    Eigen::Index offset;
    Eigen::Index rows;
    Eigen::Index columns;
  };
  using Weights = Eigen::Map<Eigen::MatrixXf>;
  using ConstWeights = Eigen::Map<const Eigen::MatrixXf>;
  using Bias = Eigen::Map<Eigen::VectorXf>;
  using ConstBias = Eigen::Map<const Eigen::VectorXf>;

  ConstWeights weights(const Layer& layer) const;
  ConstBias bias(const Layer& layer) const;
  Eigen::MatrixXf affine(const Layer& layer, const Eigen::MatrixXf& inputs) const;

  std::vector<Layer> layers_;
  Eigen::VectorXf parameters_;
};

}  // namespace digits
