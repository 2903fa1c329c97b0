#include "network.h"

#include <cmath>

namespace digits {
namespace {

// Turns outputs into log-probabilities, a column each, without overflow.
void log_softmax(Eigen::MatrixXf& outputs) {
  outputs.rowwise() -= outputs.colwise().maxCoeff();
  const Eigen::RowVectorXf log_sums = outputs.array().exp().colwise().sum().log().matrix();
  outputs.rowwise() -= log_sums;
}

double mean_cross_entropy(const Eigen::MatrixXf& log_probabilities, std::span<const int> labels) {
  double sum = 0;
  for (Eigen::Index i = 0; i < log_probabilities.cols(); ++i)
    sum -= static_cast<double>(log_probabilities(labels[static_cast<std::size_t>(i)], i));
  return sum / static_cast<double>(labels.size());
}

// What each unit's output is multiplied by: 0 where it is dropped, 1 / (1 - dropout) elsewhere.
Eigen::MatrixXf dropout_mask(Eigen::Index rows, Eigen::Index columns, float dropout,
                             std::mt19937_64& rng) {
  constexpr double kRange = 4294967296.0;  // 2^32
  const auto threshold = static_cast<std::uint64_t>(static_cast<double>(dropout) * kRange);
  const float kept = 1.0F / (1.0F - dropout);
  Eigen::MatrixXf mask(rows, columns);
  for (float& factor : mask.reshaped()) factor = (rng() >> 32U) < threshold ? 0.0F : kept;
  return mask;
}

}  // namespace

Network::Network(const Shape& shape, std::uint64_t seed) {
  Eigen::Index offset = 0;
  Eigen::Index columns = shape.inputs;
  for (int i = 0; i <= shape.depth; ++i) {
    const Eigen::Index rows = i < shape.depth ? shape.width : shape.outputs;
    layers_.push_back({offset, rows, columns});
    offset += rows * columns + rows;
    columns = rows;
  }
  parameters_ = Eigen::VectorXf::Zero(offset);
  std::mt19937_64 rng(seed);
  for (const Layer& layer : layers_) {
    std::normal_distribution<float> normal(0.0F,
                                           std::sqrt(2.0F / static_cast<float>(layer.columns)));
    for (float& weight : parameters_.segment(layer.offset, layer.rows * layer.columns))
      weight = normal(rng);
  }
}

Network::ConstWeights Network::weights(const Layer& layer) const {
  return {parameters_.data() + layer.offset, layer.rows, layer.columns};
}

Network::ConstBias Network::bias(const Layer& layer) const {
  return {parameters_.data() + layer.offset + layer.rows * layer.columns, layer.rows};
}

Eigen::MatrixXf Network::affine(const Layer& layer, const Eigen::MatrixXf& inputs) const {
  Eigen::MatrixXf outputs(layer.rows, inputs.cols());
  outputs.noalias() = weights(layer) * inputs;
  outputs.colwise() += bias(layer);
  return outputs;
}

double Network::loss_and_gradient(const Eigen::MatrixXf& inputs, std::span<const int> labels,
                                  float dropout, std::mt19937_64& rng,
                                  Eigen::VectorXf& gradient) const {
  const std::size_t hidden = layers_.size() - 1;
  std::vector<Eigen::MatrixXf> activations{inputs};  // what goes into each layer
  std::vector<Eigen::MatrixXf> slopes;               // of each hidden layer's units, drops included
  for (std::size_t i = 0; i < hidden; ++i) {
    Eigen::MatrixXf outputs = affine(layers_[i], activations[i]);
    slopes.emplace_back((outputs.array() > 0.0F).cast<float>());
    if (dropout > 0.0F)
      slopes[i].array() *= dropout_mask(outputs.rows(), outputs.cols(), dropout, rng).array();
    outputs.array() *= slopes[i].array();
    activations.push_back(std::move(outputs));
  }
  Eigen::MatrixXf delta = affine(layers_[hidden], activations[hidden]);
  log_softmax(delta);
  const double loss = mean_cross_entropy(delta, labels);

  // The gradient at the outputs is (probabilities - one-hot) / batch size; from there, backwards.
  delta = delta.array().exp();
  for (Eigen::Index i = 0; i < delta.cols(); ++i)
    delta(labels[static_cast<std::size_t>(i)], i) -= 1.0F;
  delta /= static_cast<float>(labels.size());
  gradient.resize(parameters_.size());
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const Layer& layer = layers_[i];
    float* start = gradient.data() + layer.offset;
    Weights(start, layer.rows, layer.columns).noalias() = delta * activations[i].transpose();
    Bias(start + layer.rows * layer.columns, layer.rows) = delta.rowwise().sum();
    if (i == 0) break;
    Eigen::MatrixXf below(layer.columns, delta.cols());
    below.noalias() = weights(layer).transpose() * delta;
    delta = below.cwiseProduct(slopes[i - 1]);
  }
  return loss;
}

Evaluation Network::evaluate(const Eigen::MatrixXf& inputs, std::span<const int> labels) const {
  Eigen::MatrixXf outputs = inputs;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (i > 0) outputs = outputs.cwiseMax(0.0F).eval();
    outputs = affine(layers_[i], outputs);
  }
  Eigen::Index right = 0;
  for (Eigen::Index i = 0; i < outputs.cols(); ++i) {
    Eigen::Index largest = 0;
    outputs.col(i).maxCoeff(&largest);
    right += largest == labels[static_cast<std::size_t>(i)] ? 1 : 0;
  }
  log_softmax(outputs);
  return {mean_cross_entropy(outputs, labels),
          static_cast<double>(right) / static_cast<double>(labels.size())};
}

}  // namespace digits
